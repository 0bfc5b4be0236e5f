import { usePlace } from "../base/location";
import { formatCount, formatPercent } from "../base/format";
import { withQuery } from "../base/route";
import { ScrollX } from "../ui/scroll";
import { matrixOf } from "./confusion";
import type { Cell } from "./summary";

const kMostLabels = 13;
const kRoomyColumns = 9;

// Which items of the evaluation a cell stands for: below, in the list of mistakes.
export function usePairLink(): (actual: string, predicted: string) => string {
  const { path, query } = usePlace();
  return (actual, predicted) => withQuery(path, { ...Object.fromEntries(query), actual, predicted });
}

// Rows are what the items are, columns what they were taken for. Of many labels, those that are confused most.
export function ConfusionMatrix({ cells, labels }: { cells: readonly Cell[]; labels: readonly string[] }) {
  const linkTo = usePairLink();
  if (cells.length === 0) return null;
  const { labels: shown, others, rows, totals } = matrixOf(cells, labels, kMostLabels);
  const columns = others > 0 ? [...shown, "others"] : shown;
  const cellOf = (row: number, column: number) => {
    const count = rows[row]![column]!;
    const actual = shown[row]!;
    const predicted = columns[column]!;
    const share = totals[row]! > 0 ? count / totals[row]! : 0;
    if (count === 0) return <td key={column}><span class="unseen">0</span></td>;
    const isRight = row === column;
    const title = `${actual} taken for ${predicted}: ${formatCount(count)}, ${formatPercent(share)}`;
    const look = { "--share": String(share) } as Record<string, string>;
    const isPair = !isRight && column < shown.length;
    return <td key={column} class={isRight ? "right" : "wrong"} style={look} title={title}>{isPair ? <a href={linkTo(actual, predicted)} aria-label={title}>{formatCount(count)}</a> : formatCount(count)}</td>;
  };
  return (
    <section class="sheet flush" aria-labelledby="confusion-head">
      <header><h2 id="confusion-head">What was taken for what</h2><span class="muted small">{others > 0 ? `the ${shown.length} labels of ${labels.length} that are confused most` : "rows are what it is, columns what it was taken for"}</span></header>
      <ScrollX label="Confusion matrix" class="matrix-box">
        <table class={columns.length <= kRoomyColumns ? "matrix roomy" : "matrix"}>
          <caption class="unseen">Confusion matrix: rows are what the items are, columns what they were taken for</caption>
          <thead><tr><td><span class="unseen">What it is</span></td>{columns.map((label, column) => <th key={column} scope="col" title={label}><span>{label}</span></th>)}</tr></thead>
          <tbody>{shown.map((label, row) => <tr key={label}><th scope="row" title={label}>{label}</th>{columns.map((_, column) => cellOf(row, column))}</tr>)}</tbody>
        </table>
      </ScrollX>
    </section>
  );
}
