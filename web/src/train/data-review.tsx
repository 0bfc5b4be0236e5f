import { counted, formatCount } from "../base/format";
import { useStore } from "../base/use-store";
import { ScrollX } from "../ui/scroll";
import type { Slot, Source, Summary } from "./data-worker";
import { DataFilePicker, TakenSource } from "./data-input";
import { drafts, overlap, take } from "./draft";
import { Faults, Warnings } from "./findings-list";
import { LabelList } from "./label-list";
import type { Choice } from "./read-data";
import { Problem } from "../ui/problem";

// Which column is which; a guess that one can correct.
export function Columns({ slot, source, summary }: { slot: Slot; source: Source; summary: Summary }) {
  const { choice, columns } = summary;
  const change = (what: Partial<Choice>) => void take(slot, source, { ...choice, ...what });
  const pick = (title: string, value: number, onPick: (index: number) => void) => (
    <label class="row small"><span class="muted">{title}</span>
      <select value={value} onChange={(event) => onPick(Number(event.currentTarget.value))}>{columns.map((column, index) => <option key={index} value={index}>{column}</option>)}</select>
    </label>
  );
  return (
    <div class="row wide">
      {pick("Text", choice.text, (text) => change(text === choice.label ? { text, label: choice.text } : { text }))}
      {pick("Label", choice.label, (label) => change(label === choice.text ? { label, text: choice.label } : { label }))}
      {summary.isTable && <label class="check"><input type="checkbox" checked={choice.header} onChange={(event) => change({ header: event.currentTarget.checked })} />The first line names the columns</label>}
    </div>
  );
}

function FirstRows({ summary }: { summary: Summary }) {
  return (
    <ScrollX label="The first examples">
      <table class="first-rows">
        <caption class="unseen">The first examples as they are understood</caption>
        <thead><tr><th scope="col">Text</th><th scope="col">Label</th></tr></thead>
        <tbody>{summary.sample.map((one, index) => <tr key={index}><td class="break">{one.text.slice(0, 300)}</td><td><span class="chip">{one.label}</span></td></tr>)}</tbody>
      </table>
    </ScrollX>
  );
}

// What was understood of the examples: how many of what, and what is odd about them.
export function DataReview() {
  const { source, summary } = useStore(drafts.train);
  if (!source || !summary) return null;
  const fewest = summary.labels.at(-1);
  return (
    <>
      <section class="sheet stack" aria-label="What was understood">
        <p class="unseen" role="status">{counted(summary.examples, "example")} of {counted(summary.labels.length, "label")}</p>
        <dl class="figures">
          <div class="figure"><dt>Examples</dt><dd>{formatCount(summary.examples)}</dd></div>
          <div class="figure"><dt>Labels</dt><dd>{formatCount(summary.labels.length)}</dd></div>
          {fewest && <div class="figure"><dt>Fewest of a label</dt><dd>{formatCount(fewest.examples)}</dd></div>}
        </dl>
        <Columns slot="train" source={source} summary={summary} />
        <FirstRows summary={summary} />
      </section>
      <Faults faults={summary.faults} count={summary.faultCount} />
      {summary.warnings.length > 0 && <section class="sheet stack" aria-labelledby="look-head"><h2 id="look-head">Worth a look</h2><Warnings warnings={summary.warnings} /></section>}
      <section class="sheet stack" aria-labelledby="labels-head">
        <div class="row"><h2 id="labels-head">Labels</h2></div>
        <LabelList labels={summary.labels} />
      </section>
    </>
  );
}

// Examples that are kept aside, to weigh the version on as soon as it is there.
export function TestData() {
  const { source, summary, error, reading } = useStore(drafts.test);
  const common = useStore(overlap);
  return (
    <section class="sheet stack" aria-labelledby="test-head">
      <div class="row"><h2 id="test-head">Test data</h2><span class="muted small">optional</span>{reading && <span class="muted small push" role="status">Reading…</span>}</div>
      {!source && (
        <>
          <p class="muted small">Examples that are kept out of the training. The new version is weighed on them at once, and every later one can be compared on them.</p>
          <p><DataFilePicker slot="test" label="Choose test data" /></p>
        </>
      )}
      {source && <TakenSource slot="test" source={source} />}
      {error && <Problem error={error} />}
      {source && summary && (
        <>
          <p class="small">{counted(summary.examples, "example")} of {counted(summary.labels.length, "label")}</p>
          <Columns slot="test" source={source} summary={summary} />
          <Faults faults={summary.faults} count={summary.faultCount} />
          {common.length > 0 ? <Warnings warnings={common} /> : <p class="muted small">None of its texts is in the training data.</p>}
        </>
      )}
    </section>
  );
}
