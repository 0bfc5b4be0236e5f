// The same thing done to many, a few at a time: one that fails does not stop the others.
import { counted } from "./format";

export interface Outcome<T, R> {
  done: Array<{ item: T; result: R }>;
  failed: Array<{ item: T; error: Error }>;
}

export async function allOf<T, R>(items: readonly T[], act: (item: T) => Promise<R>, atOnce = 4): Promise<Outcome<T, R>> {
  const outcome: Outcome<T, R> = { done: [], failed: [] };
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        outcome.done.push({ item, result: await act(item) });
      } catch (error) {
        outcome.failed.push({ item, error: error as Error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return outcome;
}

// What went wrong is said of the first; the rest is a number.
export function wordsOf<T, R>(outcome: Outcome<T, R>, noun: string, done: string): string {
  const [first] = outcome.failed;
  const good = outcome.done.length > 0 ? `${counted(outcome.done.length, noun)} ${done}.` : "";
  return first ? `${good} ${counted(outcome.failed.length, noun)} not: ${first.error.message}`.trim() : good;
}
