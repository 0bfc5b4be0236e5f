import { useState } from "preact/hooks";
import { formatCount } from "../base/format";
import { Bars } from "../ui/bars";
import { kEnoughExamples, type LabelCount } from "./review";

const kFirst = 10;
// More would take longer to draw than anybody reads.
const kMost = 500;

// How many examples each label has; those with few stand out, since they are what to look after.
export function LabelList({ labels }: { labels: readonly LabelCount[] }) {
  const [all, setAll] = useState(false);
  const most = labels[0]?.examples ?? 1;
  const shown = labels.slice(0, all ? kMost : kFirst);
  const rest = labels.length - shown.length;
  return (
    <>
      <Bars label="Examples of each label" rows={shown.map(({ label, examples }) => ({ key: label, label, share: examples / most, text: formatCount(examples), tone: examples < kEnoughExamples ? "brass" : "main" }))} />
      {rest > 0 && (all ? <p class="muted small">and {formatCount(rest)} more</p> : <p><button type="button" class="button tight" onClick={() => setAll(true)}>Show {rest > kMost ? `${kMost} more` : `the other ${formatCount(rest)}`}</button></p>)}
    </>
  );
}
