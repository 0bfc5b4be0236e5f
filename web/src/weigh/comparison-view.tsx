import { useState } from "preact/hooks";
import type { ChangedItem, Comparison, PairedDifference } from "../api/types";
import { counted, formatBytes, formatCount, formatPercent } from "../base/format";
import { ScrollX } from "../ui/scroll";
import { differenceOf, shiftsOf } from "./confusion";
import { speedText } from "./evaluation-view";
import type { Side } from "./side";
import { dataName, summaryOf } from "./summary";
import { chanceText, pointsText, scaleOf, spanText, verdictText, type Verdict } from "./verdict";

const kTone: Record<Verdict, string> = { better: "better", worse: "worse", no_evidence: "muted" };
const kMostLabels = 12;
const kFirstItems = 10;
const kFirstClasses = 10;

// How far the difference may be off: left of the middle is worse, right of it better.
function Difference({ title, value }: { title: string; value: PairedDifference }) {
  const scale = scaleOf(value);
  return (
    <div class="figure">
      <dt>{title}</dt>
      <dd>{pointsText(value.difference ?? 0)}</dd>
      <dd class="muted beside">
        <span class="range" aria-hidden="true"><i class="range-zero" /><span class="range-span" style={{ left: `${scale.left * 100}%`, width: `${scale.width * 100}%` }} /><span class="range-mark" style={{ left: `${scale.mark * 100}%` }} /></span>
        {spanText(value)} in 95 of 100 draws
      </dd>
    </div>
  );
}

function Summary({ comparison, from, to }: { comparison: Comparison; from: string; to: string }) {
  const explained = comparison.verdict === "no_evidence"
    ? "The interval holds zero: with these items the difference may be luck. More items may tell them apart."
    : "The whole interval lies on one side of zero: this is more than luck.";
  return (
    <section class="sheet stack wide" aria-labelledby="verdict-head">
      <div class="stack tight-stack">
        <h2 id="verdict-head" class={`verdict-line ${kTone[comparison.verdict]}`}>{verdictText(comparison.verdict, from, to)}</h2>
        <p class="muted small">On {dataName(comparison.from)}, {counted(comparison.from.items, "item")}. {explained}</p>
      </div>
      <dl class="figures">
        <Difference title="Accuracy" value={comparison.accuracy} />
        <Difference title="Macro F1" value={comparison.macro_f1} />
        <div class="figure"><dt title="McNemar's test: the chance of a split as uneven as this between equals">P</dt><dd>{chanceText(comparison.mcnemar.p_value ?? 1)}</dd></div>
        <div class="figure"><dt>Changed answers</dt><dd><span class="better">{formatCount(comparison.fixed_count)} fixed</span>, <span class="worse">{formatCount(comparison.broken_count)} broken</span></dd></div>
      </dl>
    </section>
  );
}

function Beside({ comparison, from, to }: { comparison: Comparison; from: Side; to: Side }) {
  const [left, right] = [summaryOf(comparison.from), summaryOf(comparison.to)];
  const speed = (milliseconds: number | undefined) => (milliseconds === undefined ? "–" : speedText(milliseconds));
  const rows: Array<[title: string, from: string, to: string]> = [
    ["Accuracy", formatPercent(left.accuracy), formatPercent(right.accuracy)],
    ["Macro F1", formatPercent(left.macro_f1), formatPercent(right.macro_f1)],
    ["Calibration error", formatPercent(left.calibration_error), formatPercent(right.calibration_error)],
    ["Time a text, half below", speed(left.latency_ms?.p50), speed(right.latency_ms?.p50)],
    ["Time a text, 95 % below", speed(left.latency_ms?.p95), speed(right.latency_ms?.p95)],
    ["Size", formatBytes(from.version.size_bytes), formatBytes(to.version.size_bytes)],
  ];
  return (
    <section class="sheet flush" aria-labelledby="beside-head">
      <header><h2 id="beside-head">Side by side</h2></header>
      <ScrollX label="Figures side by side">
        <table>
          <thead><tr><th scope="col">Figure</th><th scope="col" class="number">{from.title}</th><th scope="col" class="number">{to.title}</th></tr></thead>
          <tbody>{rows.map(([title, before, after]) => <tr key={title}><th scope="row">{title}</th><td class="number">{before}</td><td class="number">{after}</td></tr>)}</tbody>
        </table>
      </ScrollX>
    </section>
  );
}

interface ItemsProps {
  title: string;
  items: readonly ChangedItem[];
  count: number;
  // The version that has them wrong, and what it says of one: the other says what the item is.
  wrong: string;
  saidOf: (item: ChangedItem) => string | undefined;
}

function Items({ title, items, count, wrong, saidOf }: ItemsProps) {
  const [all, setAll] = useState(false);
  if (count === 0) return null;
  const shown = all ? items : items.slice(0, kFirstItems);
  return (
    <section class="sheet flush" aria-label={title}>
      <header><h2>{title}</h2><span class="muted small">{counted(count, "item")}</span></header>
      <ScrollX label={`${title}, listed`}>
        <table>
          <thead><tr><th scope="col">Text</th><th scope="col">Is</th><th scope="col">{wrong} says</th></tr></thead>
          <tbody>{shown.map((one) => <tr key={one.index}><td class="text-cell break">{one.text}</td><td class="label-cell break">{one.label}</td><td class="label-cell break worse">{saidOf(one)}</td></tr>)}</tbody>
        </table>
      </ScrollX>
      {items.length > shown.length && <p class="more"><button type="button" class="button tight" onClick={() => setAll(true)}>Show {formatCount(items.length - shown.length)} more</button></p>}
      {all && count > items.length && <p class="more muted small">and {formatCount(count - items.length)} that are not listed</p>}
    </section>
  );
}

interface ClassPair {
  label: string;
  support: number;
  from: { f1: number };
  to: { f1: number };
}

function Classes({ classes, from, to }: { classes: readonly ClassPair[]; from: string; to: string }) {
  const [all, setAll] = useState(false);
  const rows = [...classes].sort((a, b) => Math.abs(b.to.f1 - b.from.f1) - Math.abs(a.to.f1 - a.from.f1) || a.label.localeCompare(b.label));
  const shown = all ? rows : rows.slice(0, kFirstClasses);
  return (
    <section class="sheet flush" aria-labelledby="class-change-head">
      <header><h2 id="class-change-head">F1 of each label</h2><span class="muted small">the largest change first</span></header>
      <ScrollX label="Labels by their change">
        <table>
          <thead><tr><th scope="col">Label</th><th scope="col" class="number">{from}</th><th scope="col" class="number">{to}</th><th scope="col" class="number">Change</th><th scope="col" class="number">Items</th></tr></thead>
          <tbody>
            {shown.map((one) => {
              const change = one.to.f1 - one.from.f1;
              return <tr key={one.label}><th scope="row" class="label-cell break">{one.label}</th><td class="number">{formatPercent(one.from.f1)}</td><td class="number">{formatPercent(one.to.f1)}</td><td class={`number ${change > 0 ? "better" : change < 0 ? "worse" : "muted"}`}>{pointsText(change)}</td><td class="number">{formatCount(one.support)}</td></tr>;
            })}
          </tbody>
        </table>
      </ScrollX>
      {rows.length > shown.length && <p class="more"><button type="button" class="button tight" onClick={() => setAll(true)}>Show the other {formatCount(rows.length - shown.length)}</button></p>}
    </section>
  );
}

// More right answers and fewer mistakes are good, whatever their sign.
function Shifts({ cells, to }: { cells: Comparison["confusion"]; to: string }) {
  const shifts = shiftsOf(cells);
  if (shifts.length === 0) return null;
  const { labels, rows } = differenceOf(shifts, cells, kMostLabels);
  const largest = Math.max(1, ...rows.flat().map(Math.abs));
  return (
    <section class="sheet flush" aria-labelledby="shift-head">
      <header><h2 id="shift-head">What {to} takes for what, more or less often</h2><span class="muted small">rows are what it is, columns what it is taken for</span></header>
      <ScrollX label="Difference of the confusion matrices" class="matrix-box">
        <table class={labels.length <= 8 ? "matrix roomy" : "matrix"}>
          <caption class="unseen">Difference of the confusion matrices</caption>
          <thead><tr><td><span class="unseen">What it is</span></td>{labels.map((label) => <th key={label} scope="col" title={label}><span>{label}</span></th>)}</tr></thead>
          <tbody>
            {labels.map((label, row) => (
              <tr key={label}>
                <th scope="row" title={label}>{label}</th>
                {rows[row]!.map((change, column) => {
                  if (change === 0) return <td key={column}><span class="unseen">0</span></td>;
                  const good = (change > 0) === (row === column);
                  return <td key={column} class={good ? "gain" : "wrong"} style={{ "--share": String(Math.abs(change) / largest) } as Record<string, string>} title={`${label} taken for ${labels[column]}: ${change > 0 ? "+" : "−"}${Math.abs(change)}`}>{change > 0 ? "+" : "−"}{Math.abs(change)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}

// The verdict first, then what is behind it.
export function ComparisonView({ comparison, from, to }: { comparison: Comparison; from: Side; to: Side }) {
  return (
    <>
      <Summary comparison={comparison} from={from.title} to={to.title} />
      <Items title="Broken: right before, wrong now" items={comparison.broken} count={comparison.broken_count} wrong={to.title} saidOf={(one) => one.to} />
      <Items title="Fixed: wrong before, right now" items={comparison.fixed} count={comparison.fixed_count} wrong={from.title} saidOf={(one) => one.from} />
      <div class="halves">
        <Beside comparison={comparison} from={from} to={to} />
        <Classes classes={comparison.classes as unknown as ClassPair[]} from={from.title} to={to.title} />
      </div>
      <Shifts cells={comparison.confusion} to={to.title} />
    </>
  );
}
