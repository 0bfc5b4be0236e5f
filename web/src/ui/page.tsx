import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePlace } from "../base/location";

let firstPage = true;

interface PageProps {
  title: string;
  heading?: ComponentChildren;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  busy?: boolean;
  children: ComponentChildren;
}

// One page: its title, its only h1, and focus there after a move, so that a screen reader reads on from it.
export function Page({ title, heading, lead, actions, busy, children }: PageProps) {
  const head = useRef<HTMLHeadingElement>(null);
  const { path } = usePlace();
  useEffect(() => {
    document.title = title === "Models" ? "Weighhouse" : `${title} · Weighhouse`;
  }, [title]);
  useEffect(() => {
    if (!firstPage) head.current?.focus({ preventScroll: true });
    firstPage = false;
  }, [path]);
  return (
    <main id="content" aria-busy={busy ? "true" : undefined}>
      <div class="page-head">
        <div>
          <h1 ref={head} tabIndex={-1}>{heading ?? title}</h1>
          {actions && <div class="row push">{actions}</div>}
        </div>
        {lead && <div class="lead">{lead}</div>}
      </div>
      {children}
    </main>
  );
}
