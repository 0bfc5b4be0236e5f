// The examples that somebody is about to train on. They outlast the page: looking at another one loses nothing.
import { createStore } from "../base/store";
import type { Slot, Source, Summary } from "./data-worker";
import { letGo, readSource } from "./data-desk";
import type { Choice } from "./read-data";
import type { Warning } from "./review";

export interface Draft {
  source?: Source;
  summary?: Summary | undefined;
  error?: Error | undefined;
  reading: boolean;
}

const kNothing: Draft = { reading: false };

export const drafts: Record<Slot, ReturnType<typeof createStore<Draft>>> = { train: createStore<Draft>(kNothing), test: createStore<Draft>(kNothing) };
// What the training and the test data have in common.
export const overlap = createStore<readonly Warning[]>([]);

const rounds: Record<Slot, number> = { train: 0, test: 0 };

export async function take(slot: Slot, source: Source, choice?: Choice): Promise<void> {
  const round = ++rounds[slot];
  const draft = drafts[slot];
  // What was read of another file must not be taken for this one's; of the same, it stays until it is read anew.
  draft.update((now) => {
    const same = choice !== undefined || source.name === "";
    const summary = same && now.summary ? { ...now.summary, choice: choice ?? now.summary.choice } : undefined;
    return { source, reading: true, summary };
  });
  try {
    const read = await readSource(slot, source, choice);
    if (round !== rounds[slot]) return;
    draft.set({ source, summary: read.summary, reading: false });
    overlap.set(read.overlap);
  } catch (error) {
    if (round === rounds[slot]) draft.set({ source, error: error as Error, reading: false });
  }
}

export function leaveOut(slot: Slot): void {
  rounds[slot] += 1;
  drafts[slot].set(kNothing);
  overlap.set([]);
  void letGo(slot);
}
