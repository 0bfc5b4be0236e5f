import { chartOf } from "./chart";

export interface Curve {
  name: string;
  tone: "main" | "brass";
  values: ReadonlyArray<number | undefined>;
}

// Two or three lines on one scale, for the eye; `text` writes the ends of the scale and the last value of each line.
export function Curves({ label, curves, text }: { label: string; curves: readonly Curve[]; text: (value: number) => string }) {
  const scale = chartOf(curves.flatMap((one) => one.values));
  if (!scale) return null;
  const { low, high } = scale;
  const y = (value: number) => (high === low ? 50 : 96 - ((value - low) / (high - low)) * 92);
  const line = (values: Curve["values"]) => {
    const steps = Math.max(1, values.length - 1);
    return values.flatMap((value, at) => (value === undefined || !Number.isFinite(value) ? [] : [`${((at / steps) * 100).toFixed(2)},${y(value).toFixed(2)}`])).join(" ");
  };
  return (
    <figure class="curves" aria-label={label}>
      <figcaption>
        {label}
        {curves.map((one) => <span key={one.name} class={`curve-key ${one.tone}`}>{one.name} <b>{one.values.at(-1) === undefined ? "–" : text(one.values.at(-1)!)}</b></span>)}
      </figcaption>
      <div class="chart">
        <div class="chart-scale" aria-hidden="true"><span>{text(high)}</span>{high !== low && <span>{text(low)}</span>}</div>
        <div class="chart-plot">
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {curves.map((one) => <polyline key={one.name} class={one.tone} points={line(one.values)} />)}
          </svg>
        </div>
      </div>
    </figure>
  );
}
