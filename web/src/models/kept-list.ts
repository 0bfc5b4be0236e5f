// The list that was last looked at, so that “back” shows it at once and at the same place.
import { ask } from "../api/client";
import type { ModelPage } from "../api/types";
import { PagedList } from "../base/paged-list";
import type { ListedModel } from "./columns";
import type { ListRequest } from "./filter-state";

const kPageLength = 100;

interface Kept {
  key: string;
  list: PagedList<ListedModel>;
  scrollY: number;
}

let kept: Kept | undefined;

function open(request: ListRequest): PagedList<ListedModel> {
  return new PagedList<ListedModel>(async (cursor, signal) => {
    const page = await ask<ModelPage>("/api/models", { query: { ...request, length: kPageLength, cursor }, signal });
    const classes = page.class_metrics;
    return { items: classes ? page.models.map((model) => ({ ...model, classes: classes[model.model_id ?? ""] })) : page.models, next: page.next_cursor, total: page.total };
  });
}

// The kept list when it answers the same question and nothing went wrong with it, else a new one; the older one stops asking.
export function openList(request: ListRequest): PagedList<ListedModel> {
  const key = JSON.stringify(request);
  if (kept?.key === key && !kept.list.state.get().error) return kept.list;
  kept?.list.close();
  kept = { key, list: open(request), scrollY: 0 };
  return kept.list;
}

// To be called by whatever changes models: the next look asks the server again.
export function forgetList(): void {
  kept?.list.close();
  kept = undefined;
}

export function keepScroll(scrollY: number): void {
  if (kept) kept.scrollY = scrollY;
}

export const keptScroll = (): number => kept?.scrollY ?? 0;
