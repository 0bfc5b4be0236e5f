import { counted, formatPercent } from "../base/format";
import type { Bin } from "./summary";

const percent = (share: number): string => Math.round(share * 100).toString();

// Of the answers with such a score, how many were right: the bar. The mark is where it would end if scores were honest.
export function Calibration({ bins }: { bins: readonly Bin[] }) {
  const met = bins.filter((bin) => bin.items > 0);
  if (met.length === 0) return null;
  return (
    <section class="sheet stack" aria-labelledby="calibration-head">
      <div class="row"><h2 id="calibration-head">Can the scores be believed?</h2></div>
      <p class="muted small">Of the answers with a score in each span, the share that was right. It should end at the mark: further left, the scores promise too much.</p>
      <ol class="bars calibration" aria-label="Right answers by score">
        {met.map((bin) => (
          <li key={bin.lower}>
            <span class="bars-label">{percent(bin.lower)} to {percent(bin.upper)} %</span>
            <span class="bar thick" aria-hidden="true"><span style={{ width: `${bin.accuracy * 100}%` }} /><i style={{ left: `${bin.confidence * 100}%` }} /></span>
            <span class="bars-figure"><b>{formatPercent(bin.accuracy)}</b> <span class="muted">of {counted(bin.items, "answer")}</span></span>
          </li>
        ))}
      </ol>
    </section>
  );
}
