import { useLayoutEffect, useReducer } from "preact/hooks";
import type { Store } from "./store";

export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useReducer((count: number, _: void) => count + 1, 0);
  const drawn = store.get();
  useLayoutEffect(() => {
    if (!Object.is(store.get(), drawn)) redraw(); // it changed between the drawing and the watch
    return store.watch(() => redraw());
  }, [store]);
  return drawn;
}
