import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons";

// The browser's own disclosure, which also closes on Escape and when one turns to something else.
export function Menu({ icon, label, children }: { icon: IconName; label: string; children: ComponentChildren }) {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const element = menu.current!;
    const close = (event: Event) => {
      if (element.open && !element.contains(event.target as Node)) element.open = false;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !element.open) return;
      element.open = false;
      element.querySelector("summary")!.focus();
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("focusin", close);
    element.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("focusin", close);
      element.removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <details ref={menu} class="menu">
      <summary class="button"><Icon name={icon} />{label}</summary>
      <div>{children}</div>
    </details>
  );
}
