import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { columnsThatFit, moveByKey, totalHeight, visibleRange, type Range } from "./virtual";

interface VirtualListProps {
  count: number;
  rowHeight: number;
  // Zero makes one column as wide as the list.
  leastWidth: number;
  gap: number;
  render: (index: number) => ComponentChildren;
  onRange: (range: Range) => void;
  // "table" makes the items rows of a table that stands around the list.
  as: "list" | "table";
  label: string;
}

// Follows the window's own scrolling, so that the page scrolls like any other. Arrow keys move between items.
export function VirtualList({ count, rowHeight, leastWidth, gap, render, onRange, as, label }: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(1);
  const [range, setRange] = useState<Range>({ first: 0, end: 0 });
  const [focused, setFocused] = useState<number>();
  const wanted = useRef<number>();
  const grid = { count, columns, rowHeight };

  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => {
      const fit = leastWidth === 0 ? 1 : columnsThatFit(element.clientWidth, leastWidth, gap);
      const next = visibleRange({ scrolled: -element.getBoundingClientRect().top, height: window.innerHeight }, { count, columns: fit, rowHeight });
      setColumns(fit);
      setRange((now) => (now.first === next.first && now.end === next.end ? now : next));
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    window.addEventListener("scroll", measure, { passive: true });
    window.addEventListener("resize", measure);
    return () => {
      resized.disconnect();
      window.removeEventListener("scroll", measure);
      window.removeEventListener("resize", measure);
    };
  }, [count, rowHeight, leastWidth, gap]);

  useEffect(() => onRange(range), [range.first, range.end, count]);

  const mainOf = (index: number) => box.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-main]`);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const target = mainOf(wanted.current);
    if (!target) return;
    wanted.current = undefined;
    target.focus({ preventScroll: true });
    target.closest("[data-index]")!.scrollIntoView({ block: "nearest" });
  });

  const indexOf = (target: EventTarget | null) => {
    const item = (target as Element | null)?.closest<HTMLElement>("[data-index]");
    return item ? Number(item.dataset.index) : undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = indexOf(event.target);
    if (from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = moveByKey(event.key, from, grid);
    if (to === undefined) return;
    event.preventDefault();
    wanted.current = to;
    if (mainOf(to)) setFocused(to);
    else window.scrollTo(0, window.scrollY + box.current!.getBoundingClientRect().top + Math.floor(to / columns) * rowHeight - window.innerHeight / 2);
  };

  // The item that has the focus exists even out of sight: focus would be lost with it.
  // The list may have become shorter since it was measured.
  const end = Math.min(range.end, count);
  const indices = Array.from({ length: Math.max(0, end - range.first) }, (_, offset) => range.first + offset);
  if (focused !== undefined && focused < count && (focused < range.first || focused >= end)) indices.push(focused);

  const place = (index: number): JSX.CSSProperties => ({
    transform: `translateY(${Math.floor(index / columns) * rowHeight}px)`,
    insetInlineStart: `calc((100% + ${gap}px) * ${(index % columns) / columns})`,
    width: `calc((100% + ${gap}px) / ${columns} - ${gap}px)`,
    height: `${rowHeight - (as === "list" ? gap : 0)}px`,
  });
  const roles: JSX.HTMLAttributes<HTMLDivElement> = as === "list" ? { role: "list", "aria-label": label } : { role: "rowgroup" };
  const rolesOf = (index: number): JSX.HTMLAttributes<HTMLDivElement> =>
    as === "list" ? { role: "listitem", "aria-posinset": index + 1, "aria-setsize": count } : { role: "row", "aria-rowindex": index + 2 };
  return (
    <div ref={box} class="virtual" {...roles} style={{ height: `${totalHeight(grid)}px` }} onKeyDown={onKeyDown}
      onFocusIn={(event) => setFocused(indexOf(event.target))} onFocusOut={() => setFocused(undefined)}>
      {indices.map((index) => (
        <div key={index} class="virtual-item" data-index={index} style={place(index)}
          {...rolesOf(index)}>
          {render(index)}
        </div>
      ))}
    </div>
  );
}
