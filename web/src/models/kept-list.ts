// The list that was last looked at, so that “back” shows it at once and at the same place.
import { ask } from "../api/client";
import type { Model, ModelPage } from "../api/types";
import { PagedList } from "../base/paged-list";

const kPageLength = 100;

interface Kept {
  key: string;
  list: PagedList<Model>;
  scrollY: number;
}

let kept: Kept | undefined;

function open(request: Record<string, string | undefined>): PagedList<Model> {
  return new PagedList<Model>(async (cursor, signal) => {
    const page = await ask<ModelPage>("/api/models", { query: { ...request, length: kPageLength, cursor }, signal });
    return { items: page.models, next: page.next_cursor, total: page.total };
  });
}

// The kept list when it answers the same question, else a new one; the older one stops asking.
export function openList(request: Record<string, string | undefined>): PagedList<Model> {
  const key = JSON.stringify(request);
  if (kept?.key === key) return kept.list;
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
