// What the list shows, as the address says it and as the API is asked for it.
import { withQuery } from "../base/route";
import { classesOf } from "./columns";

export type TypeFilter = "all" | "custom" | "default";
export type View = "cards" | "table";

export interface FilterState {
  type: TypeFilter;
  search: string;
  filter: string;
  sort: string;
  view: View;
  columns: readonly string[];
  // Numbers are shown beside those of the pinned model.
  beside: boolean;
}

export const kDefaultSort = "-created_at";
export const kDefaultColumns: readonly string[] = ["type", "kind", "version", "accuracy", "f1_score", "size_bytes", "created_at"];

export function readFilterState(query: URLSearchParams, savedView?: string): FilterState {
  const type = query.get("type");
  const view = query.get("view") ?? savedView;
  const columns = query.get("columns");
  return {
    type: type === "custom" || type === "default" ? type : "all",
    search: query.get("search") ?? "",
    filter: query.get("filter") ?? "",
    sort: query.get("sort") ?? kDefaultSort,
    view: view === "table" ? "table" : "cards",
    columns: columns === null ? kDefaultColumns : columns.split(",").filter(Boolean),
    beside: query.get("beside") === "pinned",
  };
}

// Only what differs from the plain list, so that the plain list has the plain address.
export function addressOf(state: FilterState): string {
  const columns = state.columns.join(",");
  return withQuery("/", {
    type: state.type === "all" ? "" : state.type,
    search: state.search,
    filter: state.filter,
    sort: state.sort === kDefaultSort ? "" : state.sort,
    view: state.view,
    columns: columns === kDefaultColumns.join(",") ? "" : columns,
    beside: state.beside ? "pinned" : "",
  });
}

export type ListRequest = Record<string, string | readonly string[] | undefined>;

export function requestOf(state: FilterState): ListRequest {
  const classes = classesOf(state.columns);
  return {
    type: state.type === "all" ? undefined : state.type,
    search: state.search.trim() || undefined,
    filter: state.filter.trim() || undefined,
    order_by: state.sort === kDefaultSort ? undefined : state.sort,
    class: classes?.names,
    class_metric: classes?.metric,
  };
}

const quoteText = (text: string): string => `'${text.replace(/'/g, "''")}'`;

// All that the list shows, in the filter language alone; nothing when it shows everything.
export function filterOf(state: FilterState): string {
  const conditions = [state.filter.trim() && `(${state.filter.trim()})`, state.search.trim() && quoteText(state.search.trim()), state.type !== "all" && `namespace ${state.type === "default" ? "=" : "!="} 'default'`];
  return conditions.filter(Boolean).join(" AND ");
}

export const isNarrowed = (state: FilterState): boolean => state.type !== "all" || state.search.trim() !== "" || state.filter.trim() !== "";

// Numbers begin with the largest and words with the first; a second click turns round.
export function nextSort(now: string, key: string): string {
  const firstDown = key !== "name";
  if (now === (firstDown ? `-${key}` : key)) return firstDown ? key : `-${key}`;
  return firstDown ? `-${key}` : key;
}

export function sortDirection(now: string, key: string): "ascending" | "descending" | "none" {
  return now === key ? "ascending" : now === `-${key}` ? "descending" : "none";
}

function withCondition(filter: string, condition: string): string {
  const now = filter.trim();
  if (now === "") return condition;
  if (now.includes(condition)) return now;
  return /\bor\b/i.test(now) ? `(${now}) AND ${condition}` : `${now} AND ${condition}`;
}

// The address of the same list with one more condition.
export const addressWithCondition = (state: FilterState, condition: string): string => addressOf({ ...state, filter: withCondition(state.filter, condition) });
export const addressWith = (state: FilterState, field: string, value: string): string => addressWithCondition(state, `${field} = ${quoteText(value)}`);

// A key may hold what the language reads otherwise.
export const tagCondition = (key: string, value: string): string => `tag.${/^[\w.\-/]+$/.test(key) ? key : `"${key.replace(/"/g, '""')}"`} = ${quoteText(value)}`;

// The place in the filter that the server complains about, counted from 1.
export function columnOf(details: Record<string, unknown>): number | undefined {
  return typeof details.column === "number" ? details.column : undefined;
}
