import { useState } from "preact/hooks";
import type { Model } from "../api/types";

type Chosen = ReadonlyMap<string, Model>;

// The models that something is to be done with. They stay chosen while the list is narrowed, so that one can gather them.
export function useChosen(): { chosen: Chosen; toggle: (model: Model) => void; chooseAll: (models: readonly Model[]) => void; chooseNone: () => void } {
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const toggle = (model: Model) =>
    setChosen((now) => {
      const next = new Map(now);
      if (!next.delete(model.reference)) next.set(model.reference, model);
      return next;
    });
  const chooseAll = (models: readonly Model[]) =>
    setChosen((now) => (models.every((model) => now.has(model.reference)) ? new Map() : new Map([...now, ...models.map((model): [string, Model] => [model.reference, model])])));
  return { chosen, toggle, chooseAll, chooseNone: () => setChosen(new Map()) };
}
