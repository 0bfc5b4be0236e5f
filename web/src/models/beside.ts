import { ask } from "../api/client";
import type { ModelPage } from "../api/types";
import { useLoad } from "../base/use-load";
import type { ListedModel } from "./columns";
import { filterOf, requestOf, type FilterState } from "./filter-state";

// The pinned model of the list, the newest if there are several; undefined where none is, or none is asked for.
export function usePinned(state: FilterState): ListedModel | undefined {
  const { class: names, class_metric } = requestOf(state);
  const filter = [filterOf(state), "pinned = true"].filter(Boolean).join(" AND ");
  const { data } = useLoad(`${state.beside} ${filter} ${names} ${class_metric}`, async (signal): Promise<ListedModel | undefined> => {
    if (!state.beside) return undefined;
    const page = await ask<ModelPage>("/api/models", { query: { filter, class: names, class_metric, length: 1 }, signal });
    const [model] = page.models;
    return model && { ...model, classes: page.class_metrics?.[model.model_id ?? ""] };
  });
  return data;
}
