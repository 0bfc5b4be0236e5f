import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../api/client";
import { counted, formatCount, formatPercent } from "../base/format";
import { usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { usePairLink } from "./confusion-matrix";
import { mistakesOf } from "./confusion";
import type { Cell } from "./summary";

interface Predicted {
  index: number;
  text: string;
  label: string;
  predicted: string;
  score: number;
}

const kFirstPairs = 8;
const kFirstItems = 50;
const kPage = 1000;
// Of a million mistakes nobody reads more.
const kMostItems = 5_000;

async function fetchMistakes(evaluation: string, signal: AbortSignal): Promise<Predicted[]> {
  const items: Predicted[] = [];
  let cursor: string | null = null;
  do {
    const page: { predictions: Predicted[]; next_cursor: string | null } = await ask(`/api/evaluations/${encodeURIComponent(evaluation)}/predictions`, { query: { wrong: "true", length: kPage, cursor }, signal });
    items.push(...page.predictions);
    cursor = page.next_cursor;
  } while (cursor !== null && items.length < kMostItems);
  return items;
}

function Pairs({ cells }: { cells: readonly Cell[] }) {
  const linkTo = usePairLink();
  const [all, setAll] = useState(false);
  const pairs = mistakesOf(cells);
  const shown = all ? pairs.slice(0, 200) : pairs.slice(0, kFirstPairs);
  return (
    <section class="sheet flush" aria-labelledby="pairs-head">
      <header><h2 id="pairs-head">Most often taken for another</h2></header>
      <ScrollX label="Labels that are confused">
        <table>
          <thead><tr><th scope="col">What it is</th><th scope="col">Taken for</th><th scope="col" class="number">Times</th><th scope="col" class="number">Of the label</th></tr></thead>
          <tbody>
            {shown.map((pair) => (
              <tr key={`${pair.actual} ${pair.predicted}`}>
                <th scope="row" class="label-cell break">{pair.actual}</th><td class="label-cell break">{pair.predicted}</td>
                <td class="number"><a href={linkTo(pair.actual, pair.predicted)} aria-label={`${formatCount(pair.count)} times: show ${pair.actual} taken for ${pair.predicted}`}>{formatCount(pair.count)}</a></td>
                <td class="number weighed"><span class="bar bad" aria-hidden="true"><span style={{ width: `${pair.share * 100}%` }} /></span>{formatPercent(pair.share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {pairs.length > shown.length && !all && <p class="more"><button type="button" class="button tight" onClick={() => setAll(true)}>Show the other {formatCount(Math.min(200, pairs.length) - shown.length)}</button></p>}
    </section>
  );
}

// The items that were wrong, all of them or those of one pair; fetched when one asks for them.
function Items({ evaluation, count }: { evaluation: string; count: number }) {
  const { path, query } = usePlace();
  const [actual, predicted] = [query.get("actual"), query.get("predicted")];
  const [open, setOpen] = useState(false);
  const [most, setMost] = useState(kFirstItems);
  const box = useRef<HTMLElement>(null);
  const wanted = open || actual !== null;
  const { data, error, reload } = useLoad(`mistakes ${evaluation} ${wanted}`, (signal) => (wanted ? fetchMistakes(evaluation, signal) : Promise.resolve(undefined)));
  useEffect(() => { if (actual !== null) box.current?.scrollIntoView({ block: "nearest" }); }, [actual, predicted, data]);
  const fits = (data ?? []).filter((one) => actual === null || (one.label === actual && one.predicted === predicted));
  const rest = Object.fromEntries([...query].filter(([key]) => key !== "actual" && key !== "predicted"));
  return (
    <section ref={box} class="sheet flush items-box" aria-labelledby="items-head">
      <header>
        <h2 id="items-head">Mistakes</h2><span class="muted small">{actual === null ? counted(count, "item") : <>{actual} taken for {predicted}: {counted(fits.length, "item")}</>}</span>
        {actual !== null && <a class="button tight push" href={withQuery(path, rest)}>All mistakes</a>}
        {!wanted && <button type="button" class="button tight push" onClick={() => setOpen(true)}>Show them</button>}
      </header>
      {error && <Problem error={error} onRetry={reload} />}
      {wanted && !data && !error && <p class="muted inset" role="status">Fetching the items…</p>}
      {data && (
        <ScrollX label="Items that were wrong">
          <table>
            <thead><tr><th scope="col">Text</th><th scope="col">Is</th><th scope="col">Taken for</th><th scope="col" class="number">Score</th></tr></thead>
            <tbody>{fits.slice(0, most).map((one) => <tr key={one.index}><td class="text-cell break">{one.text}</td><td class="label-cell break">{one.label}</td><td class="label-cell break worse">{one.predicted}</td><td class="number">{formatPercent(one.score)}</td></tr>)}</tbody>
          </table>
        </ScrollX>
      )}
      {data && fits.length > most && <p class="more"><button type="button" class="button tight" onClick={() => setMost(most * 10)}>Show more of {formatCount(fits.length)}</button></p>}
    </section>
  );
}

export function Mistakes({ evaluation, cells }: { evaluation: string; cells: readonly Cell[] }) {
  const count = cells.reduce((sum, cell) => sum + (cell.actual === cell.predicted ? 0 : cell.count), 0);
  if (cells.length === 0) return null;
  if (count === 0) return <section class="sheet"><Empty icon="check"><p>Every item was right. More items, or harder ones, would tell more.</p></Empty></section>;
  return (
    <>
      <Pairs cells={cells} />
      <Items key={evaluation} evaluation={evaluation} count={count} />
    </>
  );
}
