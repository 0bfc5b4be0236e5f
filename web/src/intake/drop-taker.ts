// Files that are dropped become models, except where a page has a use of its own for them.
import { useEffect } from "preact/hooks";
import { createStore } from "../base/store";
import type { AddedFile } from "./dropped";

interface DropTaker {
  // Said while files are held over the page.
  invitation: string;
  take: (files: AddedFile[]) => void;
}

export const dropTaker = createStore<DropTaker | undefined>(undefined);

// The page takes what is dropped for as long as it is shown.
export function useDrops(invitation: string, take: (files: AddedFile[]) => void): void {
  useEffect(() => {
    const own = { invitation, take };
    dropTaker.set(own);
    return () => dropTaker.update((now) => (now === own ? undefined : now));
  });
}
