import { formatPercent } from "../base/format";
import type { TradeOff } from "./report";

// Alarms an hour lie over four powers of ten.
const kFewest = 0.1;
const kMost = 100;
const place = (alarms: number): number => Math.min(1, Math.max(0, Math.log(Math.max(alarms, kFewest) / kFewest) / Math.log(kMost / kFewest)));
const kTicks = [0.1, 1, 10, 100];

// Words missed against false alarms an hour (a DET curve), with the interval that so many words allow.
export function TradeOffChart({ curve, threshold }: { curve: readonly TradeOff[]; threshold: number }) {
  const points = [...curve].sort((a, b) => a.alarmsPerHour - b.alarmsPerHour);
  if (points.length < 2) return null;
  const own = curve.reduce((best, one) => (Math.abs(one.threshold - threshold) < Math.abs(best.threshold - threshold) ? one : best));
  const at = (one: TradeOff, frr: number) => `${(place(one.alarmsPerHour) * 100).toFixed(2)},${((1 - frr) * 100).toFixed(2)}`;
  return (
    <figure class="stack" aria-label="Words missed against false alarms">
      <div class="threshold-chart" aria-hidden="true">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          <polygon class="band" points={[...points.map((one) => at(one, one.frrUpper)), ...[...points].reverse().map((one) => at(one, one.frrLower))].join(" ")} />
          <polyline points={points.map((one) => at(one, one.frr)).join(" ")} />
        </svg>
        <i class="own" style={{ left: `${place(own.alarmsPerHour) * 100}%` }} />
      </div>
      <div class="ticks muted" aria-hidden="true">{kTicks.map((one) => <span key={one}>{one === 1 ? "1 an hour" : one}</span>)}</div>
      <figcaption class="muted small">At its threshold {formatPercent(own.frr)} of the words are missed ({formatPercent(own.frrLower)} to {formatPercent(own.frrUpper)} with 95 % certainty).</figcaption>
    </figure>
  );
}
