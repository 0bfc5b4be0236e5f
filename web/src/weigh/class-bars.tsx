import { useState } from "preact/hooks";
import { counted, formatCount, formatPercent } from "../base/format";
import { ScrollX } from "../ui/scroll";
import { orderClasses, type ClassFigures, type Order } from "./summary";

const kFirst = 15;
const kOrders: ReadonlyArray<[Order, string]> = [["worst", "Weakest first"], ["name", "Name"], ["items", "Most items"]];

const Share = ({ value }: { value: number }) => (
  <td class="number weighed"><span class="bar" aria-hidden="true"><span style={{ width: `${value * 100}%` }} /></span><span class="weighed-figure">{formatPercent(value)}</span></td>
);

// Precision, recall and F1 of each label.
export function ClassBars({ classes }: { classes: readonly ClassFigures[] }) {
  const [order, setOrder] = useState<Order>("worst");
  const [all, setAll] = useState(false);
  if (classes.length === 0) return null;
  const rows = orderClasses(classes, order);
  const shown = all ? rows : rows.slice(0, kFirst);
  return (
    <section class="sheet flush" aria-labelledby="classes-head">
      <header>
        <h2 id="classes-head">Labels</h2><span class="muted small">{counted(classes.length, "label")}</span>
        <label class="row push"><span class="unseen">Order of the labels</span><select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>{kOrders.map(([key, title]) => <option key={key} value={key}>{title}</option>)}</select></label>
      </header>
      <ScrollX label="Figures of each label">
        <table class="class-bars">
          <thead><tr><th scope="col">Label</th><th scope="col" class="number" title="Of those called so, how many are">Precision</th><th scope="col" class="number" title="Of those that are, how many were found">Recall</th><th scope="col" class="number">F1</th><th scope="col" class="number">Items</th></tr></thead>
          <tbody>{shown.map((one) => <tr key={one.label}><th scope="row" class="break">{one.label}</th><Share value={one.precision} /><Share value={one.recall} /><Share value={one.f1} /><td class="number">{formatCount(one.support)}</td></tr>)}</tbody>
        </table>
      </ScrollX>
      {rows.length > shown.length && <p class="more"><button type="button" class="button tight" onClick={() => setAll(true)}>Show the other {formatCount(rows.length - shown.length)}</button></p>}
    </section>
  );
}
