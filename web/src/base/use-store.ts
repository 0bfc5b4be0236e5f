import { useEffect, useReducer } from "preact/hooks";
import type { Store } from "./store";

export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useReducer((count: number, _: void) => count + 1, 0);
  useEffect(() => store.watch(() => redraw()), [store]);
  return store.get();
}
