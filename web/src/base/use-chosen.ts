import { useState } from "preact/hooks";

export interface Chosen<T> {
  chosen: ReadonlyMap<string, T>;
  toggle: (one: T) => void;
  // All of them, or none when all were chosen.
  chooseAll: (several: readonly T[]) => void;
  chooseNone: () => void;
}

// What something is to be done with. It stays chosen while the list is narrowed, so that one can gather it.
export function useChosen<T>(keyOf: (one: T) => string): Chosen<T> {
  const [chosen, setChosen] = useState<ReadonlyMap<string, T>>(new Map());
  const toggle = (one: T) =>
    setChosen((now) => {
      const next = new Map(now);
      if (!next.delete(keyOf(one))) next.set(keyOf(one), one);
      return next;
    });
  const chooseAll = (several: readonly T[]) =>
    setChosen((now) => (several.every((one) => now.has(keyOf(one))) ? new Map() : new Map([...now, ...several.map((one): [string, T] => [keyOf(one), one])])));
  return { chosen, toggle, chooseAll, chooseNone: () => setChosen(new Map()) };
}
