import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  class?: string;
  children: ComponentChildren;
}

// Scrolls sideways where its content is too wide, and only then stops the tab key, so that the keyboard can scroll too.
export function ScrollX({ label, class: more, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [tooWide, setTooWide] = useState(false);
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => setTooWide(element.scrollWidth > element.clientWidth);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    if (element.firstElementChild) resized.observe(element.firstElementChild);
    return () => resized.disconnect();
  }, []);
  const reach = tooWide ? { tabIndex: 0, role: "region", "aria-label": label } as const : {};
  return <div ref={box} class={more ? `scroll-x ${more}` : "scroll-x"} {...reach}>{children}</div>;
}
