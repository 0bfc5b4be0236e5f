import type { ComponentChildren } from "preact";
import { modelPage, zipApi } from "../api/paths";
import type { Model } from "../api/types";
import { Icon } from "../ui/icons";
import { ScrollX } from "../ui/scroll";
import { TypeBadge } from "./chips";
import { differenceOf, type Column, type ListedModel } from "./columns";
import { sortDirection } from "./filter-state";
import { titleOf } from "./naming";

const kChooseWidth = 2;
const kNameWidth = 13;
const kActionsWidth = 5;
const kPadding = 1;
const widthOf = (columns: readonly Column[]) => columns.reduce((sum, column) => sum + column.width, kChooseWidth + kNameWidth + kActionsWidth + kPadding);
const templateOf = (columns: readonly Column[]) => ({ gridTemplateColumns: [`${kChooseWidth}rem`, `minmax(${kNameWidth}rem, 1fr)`, ...columns.map((column) => `${column.width}rem`), `${kActionsWidth}rem`].join(" ") });

interface TableProps {
  columns: readonly Column[];
  sort: string;
  onSort: (key: string) => void;
  allChosen: boolean;
  onChooseAll: () => void;
  count: number;
  children: ComponentChildren;
}

export function ModelTable({ columns, sort, onSort, allChosen, onChooseAll, count, children }: TableProps) {
  const head = (title: string, key: string | undefined, number = false) => (
    <div key={title} role="columnheader" class={number ? "number" : undefined} aria-sort={key ? sortDirection(sort, key) : undefined}>
      {key ? <button type="button" onClick={() => onSort(key)}>{title}<span class="sort-mark" aria-hidden="true" /></button> : title}
    </div>
  );
  return (
    <ScrollX class="sheet flush model-table" label="Models">
      <div role="table" aria-label="Models" aria-rowcount={count + 1} style={{ minWidth: `${widthOf(columns)}rem` }}>
        <div role="rowgroup">
          <div role="row" class="model-row head" style={templateOf(columns)}>
            <div role="columnheader"><input type="checkbox" aria-label="Choose all that are loaded" title="Choose all that are loaded" checked={allChosen} onChange={onChooseAll} /></div>
            {head("Name", "name")}
            {columns.map((column) => head(column.title, column.sort, column.number))}
            <div role="columnheader"><span class="unseen">Actions</span></div>
          </div>
        </div>
        {children}
      </div>
    </ScrollX>
  );
}

interface RowProps {
  model: ListedModel | undefined;
  // Its numbers stand beside.
  base: ListedModel | undefined;
  columns: readonly Column[];
  chosen: boolean;
  onChoose: (model: Model) => void;
  onDelete: (model: Model) => void;
}

export function ModelRow({ model, base, columns, chosen, onChoose, onDelete }: RowProps) {
  if (!model) return <div class="model-row" style={templateOf(columns)}><div role="cell" /><div role="cell"><span class="skeleton">waiting for it</span></div></div>;
  const title = titleOf(model);
  return (
    <div class={chosen ? "model-row chosen" : "model-row"} style={templateOf(columns)}>
      <div role="cell"><input type="checkbox" class="choose" aria-label={`Choose ${title}`} checked={chosen} onChange={() => onChoose(model)} /></div>
      <div role="cell" class="model-name"><span class="row"><a data-main href={modelPage(model)}>{title}</a>{model.pinned && <span class="muted" title="Pinned: it cannot be deleted"><Icon name="pin" /></span>}</span><span class="mono muted">{model.reference}</span></div>
      {columns.map((column) => (
        <div role="cell" key={column.key} class={column.number ? "number" : undefined}>
          {column.key === "type" ? <TypeBadge type={model.type} /> : column.text(model)}
          {base && base.reference !== model.reference && <span class="muted small difference">{differenceOf(column, model, base)}</span>}
        </div>
      ))}
      <div role="cell" class="row-actions">
        {model.current_version != null && <a class="button plain square tight" href={zipApi(model)} download aria-label={`Download ${title}`} title="Download"><Icon name="download" /></a>}
        <button type="button" class="button plain square tight warns" aria-label={`Delete ${title}`} title="Delete" onClick={() => onDelete(model)}><Icon name="trash" /></button>
      </div>
    </div>
  );
}
