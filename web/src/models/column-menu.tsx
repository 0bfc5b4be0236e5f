import { useState } from "preact/hooks";
import type { Model } from "../api/types";
import { Menu } from "../ui/menu";
import { columnChoices, kClassMetrics, toggleColumn, withClass } from "./columns";
import type { FilterState } from "./filter-state";

interface Props {
  state: FilterState;
  models: ReadonlyArray<Model | undefined>;
  // The model that numbers are shown beside, where there is a pinned one.
  base: Model | undefined;
  onChange: (what: Partial<FilterState>) => void;
}

// Which columns the table has: fixed ones, metrics, metrics of a class, and how far each is from the pinned model.
export function ColumnMenu({ state, models, base, onChange }: Props) {
  const [name, setName] = useState("");
  const [metric, setMetric] = useState(kClassMetrics[0]!);
  const addClass = (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return;
    onChange({ columns: withClass(state.columns, metric, name.trim()) });
    setName("");
  };
  return (
    <Menu icon="columns" label="Columns">
      {columnChoices(state.columns, models).map((column) => (
        <label key={column.key} class="check">
          <input type="checkbox" checked={state.columns.includes(column.key)} onChange={() => onChange({ columns: toggleColumn(state.columns, column.key) })} />{column.title}
        </label>
      ))}
      <form class="row view-form" onSubmit={addClass}>
        <select class="input" aria-label="Metric of a class" value={metric} onChange={(event) => setMetric(event.currentTarget.value)}>{kClassMetrics.map((one) => <option key={one} value={one}>{one === "ap" ? "AP" : one}</option>)}</select>
        <input class="input" aria-label="Class" placeholder="of a class" value={name} maxLength={400} onInput={(event) => setName(event.currentTarget.value)} />
        <button type="submit" class="button tight">Add</button>
      </form>
      <label class="check view-form"><input type="checkbox" checked={state.beside} onChange={() => onChange({ beside: !state.beside })} />Difference to the pinned model</label>
      {state.beside && <p class="muted small break">{base ? base.reference : "No model of this list is pinned."}</p>}
    </Menu>
  );
}
