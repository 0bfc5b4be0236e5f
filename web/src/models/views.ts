// Lists that one comes back to, under names of one's own. The address holds all of a view, so that it can also be sent to others.
import { recall, remember } from "../base/remember";
import { createStore } from "../base/store";

export interface View {
  name: string;
  address: string;
}

const kMostViews = 50;

export function parseViews(text: string | undefined): View[] {
  try {
    const read: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(read)) return [];
    const isView = (one: Partial<View> | null): one is View => typeof one?.name === "string" && typeof one.address === "string" && one.address.startsWith("/") && !one.address.startsWith("//");
    return read.filter(isView).slice(0, kMostViews);
  } catch {
    return [];
  }
}

// A name is there once: keeping it again changes what it means.
export function withView(views: readonly View[], view: View): View[] {
  const others = views.filter((one) => one.name !== view.name);
  return [...others, view].sort((a, b) => a.name.localeCompare(b.name)).slice(0, kMostViews);
}

export const views = createStore<readonly View[]>(parseViews(recall("views")));
views.watch(() => remember("views", views.get().length > 0 ? JSON.stringify(views.get()) : undefined));

export const keepView = (view: View): void => views.update((now) => withView(now, view));
export const dropView = (name: string): void => views.update((now) => now.filter((one) => one.name !== name));
