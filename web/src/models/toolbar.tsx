import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons";
import { isTaken } from "../ui/keys";
import { kDefaultSort, type FilterState, type TypeFilter } from "./filter-state";

const kTypes: ReadonlyArray<[TypeFilter, string]> = [["all", "All"], ["custom", "Custom"], ["default", "Default"]];
const kSorts: ReadonlyArray<[string, string]> = [
  [kDefaultSort, "Newest first"],
  ["created_at", "Oldest first"],
  ["-updated_at", "Last changed"],
  ["name", "Name"],
  ["-metric.accuracy", "Accuracy"],
  ["-metric.f1", "F1 score"],
  ["-size", "Size"],
];
const kTypingMs = 40;

interface Props {
  state: FilterState;
  onChange: (change: Partial<FilterState>, how: "push" | "replace") => void;
  filterOpen: boolean;
  onFilter: () => void;
  children?: ComponentChildren;
}

// Searches while one types, and not for every letter of a quick hand.
function SearchBox({ state, onChange }: Pick<Props, "state" | "onChange">) {
  const [text, setText] = useState(state.search);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (document.activeElement !== input.current) setText(state.search);
  }, [state.search]);
  useEffect(() => {
    if (text === state.search) return undefined;
    const timer = setTimeout(() => onChange({ search: text }, "replace"), kTypingMs);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTaken(event)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <label class="search">
      <Icon name="search" />
      <span class="unseen">Search models</span>
      <input ref={input} class="input" type="search" placeholder="Search names" value={text} maxLength={200} onInput={(event) => setText(event.currentTarget.value)} />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

export function Toolbar({ state, onChange, filterOpen, onFilter, children }: Props) {
  const knownSort = kSorts.some(([key]) => key === state.sort);
  return (
    <div class="toolbar" role="search">
      <div class="segments" role="group" aria-label="Which models">
        {kTypes.map(([type, label]) => (
          <button key={type} type="button" data-filter={type} aria-pressed={state.type === type} onClick={() => onChange({ type }, "push")}>{label}</button>
        ))}
      </div>
      <SearchBox state={state} onChange={onChange} />
      <button type="button" class="button" aria-expanded={filterOpen} onClick={onFilter}><Icon name="filter" />Filter</button>
      <label class="row">
        <span class="unseen">Order</span>
        <select value={state.sort} onChange={(event) => onChange({ sort: event.currentTarget.value }, "push")}>
          {!knownSort && <option value={state.sort}>{state.sort}</option>}
          {kSorts.map(([key, label]) => <option key={key} value={key}>{label}</option>)}
        </select>
      </label>
      <div class="segments" role="group" aria-label="View">
        <button type="button" aria-label="Cards" title="Cards" aria-pressed={state.view === "cards"} onClick={() => onChange({ view: "cards" }, "push")}><Icon name="cards" /></button>
        <button type="button" aria-label="Table" title="Table" aria-pressed={state.view === "table"} onClick={() => onChange({ view: "table" }, "push")}><Icon name="table" /></button>
      </div>
      {children}
      <a class="button push" href="/train"><Icon name="spark" />Train a model</a>
    </div>
  );
}
