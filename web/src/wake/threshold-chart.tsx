import { useState } from "preact/hooks";
import { formatPercent } from "../base/format";
import { alarmsText, between, type WakeReport } from "./report";

const line = (points: ReadonlyArray<[x: number, y: number]>): string => points.map(([x, y]) => `${(x * 100).toFixed(2)},${((1 - y) * 100).toFixed(2)}`).join(" ");

// What a threshold costs on either side, as a picture to move in.
export function ThresholdChart({ report }: { report: WakeReport }) {
  const [threshold, setThreshold] = useState(report.threshold);
  const missed = between(report.table, threshold, (row) => row.frr);
  const taken = between(report.table, threshold, (row) => row.far);
  const alarms = between(report.curve, threshold, (row) => row.alarmsPerHour);
  const hours = report.hours.reduce((sum, [, one]) => sum + one, 0);
  if (missed === undefined || taken === undefined) return <p class="muted small">How it does at other thresholds was not recorded.</p>;
  return (
    <div class="stack">
      <div class="threshold-chart" aria-hidden="true">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          <polyline class="brass" points={line(report.table.map((row) => [row.threshold, row.frr]))} />
          <polyline points={line(report.table.map((row) => [row.threshold, row.far]))} />
        </svg>
        <i class="at" style={{ left: `${threshold * 100}%` }} />
        <i class="own" style={{ left: `${report.threshold * 100}%` }} title="The threshold that the model carries" />
      </div>
      <label class="field">
        <span>What if the threshold were <strong>{formatPercent(threshold)}</strong>?</span>
        <input type="range" min={0} max={1} step={0.01} value={threshold} onInput={(event) => setThreshold(Number(event.currentTarget.value))} />
      </label>
      {threshold !== report.threshold && <p><button type="button" class="button tight" onClick={() => setThreshold(report.threshold)}>Back to {formatPercent(report.threshold)}</button></p>}
      <div role="status"><dl class="figures">
        <div class="figure"><dt class="curve-key brass">Words missed</dt><dd>{formatPercent(missed)}</dd></div>
        <div class="figure"><dt class="curve-key">Other clips taken for it</dt><dd>{formatPercent(taken)}</dd></div>
        {alarms !== undefined && <div class="figure"><dt>False alarms</dt><dd>{alarmsText(alarms, hours)}</dd></div>}
      </dl></div>
    </div>
  );
}
