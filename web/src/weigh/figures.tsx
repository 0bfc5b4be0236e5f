import { formatPercent } from "../base/format";
import type { Interval } from "./summary";

// 94.3 to 97.2 %
export const rangeText = ({ lower, upper }: Interval): string => `${(lower * 100).toFixed(1)} to ${formatPercent(upper)}`;

// A share with how far it may be off: the line spans the 95 % interval on a scale from nothing to all.
export function ShareFigure({ title, value, interval }: { title: string; value: number; interval: Interval | undefined }) {
  return (
    <div class="figure share-figure">
      <dt>{title}</dt>
      <dd class="share-value">{formatPercent(value)}</dd>
      {interval && (
        <dd class="muted beside">
          <span class="range" aria-hidden="true"><span class="range-span" style={{ left: `${interval.lower * 100}%`, width: `${(interval.upper - interval.lower) * 100}%` }} /><span class="range-mark" style={{ left: `${value * 100}%` }} /></span>
          {rangeText(interval)}
        </dd>
      )}
    </div>
  );
}
