import type { ComponentChildren } from "preact";

export interface BarRow {
  key: string;
  label: ComponentChildren;
  // 0 to 1: how long the bar is.
  share: number;
  text: string;
  tone?: "main" | "brass" | "quiet" | "bad" | undefined;
}

// Words, a bar and a figure in each row. The bar repeats the figure for the eye only.
export function Bars({ rows, label }: { rows: readonly BarRow[]; label: string }) {
  return (
    <ol class="bars" aria-label={label}>
      {rows.map((row) => (
        <li key={row.key}>
          <span class="bars-label" title={typeof row.label === "string" ? row.label : undefined}>{row.label}</span>
          <span class={row.tone === undefined || row.tone === "main" ? "bar" : `bar ${row.tone}`} aria-hidden="true"><span style={{ width: `${Math.max(0, Math.min(1, row.share)) * 100}%` }} /></span>
          <span class="bars-figure">{row.text}</span>
        </li>
      ))}
    </ol>
  );
}
