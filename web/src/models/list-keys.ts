import { useEffect, useRef } from "preact/hooks";
import { isTaken } from "../ui/keys";

interface Acts {
  choose: (index: number) => void;
  chooseNone: () => void;
  filter: () => void;
  turn: () => void;
}

// The keys of the list, over those that move in it.
export function useListKeys(acts: Acts): void {
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      const item = document.activeElement?.closest<HTMLElement>("[data-index]");
      if (event.key === "x" && item) now.current.choose(Number(item.dataset.index));
      else if (event.key === "Escape") now.current.chooseNone();
      else if (event.key === "f") now.current.filter();
      else if (event.key === "v") now.current.turn();
      else if (event.key === "j" && !item) document.querySelector<HTMLElement>("[data-index] [data-main]")?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
