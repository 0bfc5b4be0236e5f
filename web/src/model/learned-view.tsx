import { useState } from "preact/hooks";
import { counted, formatCount } from "../base/format";
import type { Learned } from "./learned";

const kFirstLabels = 24;
const kMostLabels = 1000;

// What a text classifier tells apart, and what it was made from.
export function LearnedView({ learned }: { learned: Learned }) {
  const [all, setAll] = useState(false);
  const shown = learned.labels.slice(0, all ? kMostLabels : kFirstLabels);
  const rest = learned.labels.length - shown.length;
  return (
    <section class="sheet stack" aria-labelledby="learned-head">
      <div class="row"><h2 id="learned-head">What it tells apart</h2><span class="muted small">{counted(learned.labels.length, "label")}{learned.examples !== undefined && ` from ${counted(learned.examples, "example")}`}{learned.base && ` · on ${learned.base}`}</span></div>
      <ul class="row">{shown.map((label) => <li key={label} class="chip">{label}</li>)}</ul>
      {rest > 0 && (all ? <p class="muted small">and {formatCount(rest)} more</p> : <p><button type="button" class="button tight" onClick={() => setAll(true)}>Show the other {formatCount(rest)}</button></p>)}
    </section>
  );
}
