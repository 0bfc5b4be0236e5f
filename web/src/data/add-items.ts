// Files become items of a dataset: their bytes first, then all of them by their digests.
import { ask } from "../api/client";
import { allOf } from "../base/all-of";
import type { AddedFile } from "../intake/dropped";
import { isLitter } from "../intake/plan";
import { sendBlob } from "../intake/send-blob";
import { datasetApi } from "./data";

const kAtOnce = 3;
const kItemsAtOnce = 500;

export interface Added {
  added: number;
  changed: number;
  unchanged: number;
}

// A folder that holds all of them says nothing about one of them.
export function keysOf(paths: readonly string[]): string[] {
  const folder = paths[0]?.split("/", 1)[0] ?? "";
  const shared = folder !== paths[0] && paths.every((path) => path.startsWith(`${folder}/`));
  return paths.map((path) => (shared ? path.slice(folder.length + 1) : path));
}

// An item whose key is there already gets the new bytes. Either every file is sent, or no item is made.
export async function addItems(dataset: string, slice: string | undefined, dropped: readonly AddedFile[], signal: AbortSignal, onSent: (files: number) => void): Promise<Added> {
  const files = dropped.filter(({ path }) => !isLitter(path));
  const keys = keysOf(files.map((one) => one.path));
  let sent = 0;
  const { done, failed } = await allOf(
    files.map((one, at) => ({ key: keys[at]!, file: one.file })),
    async ({ key, file }) => {
      const digest = await sendBlob(file, { name: key, signal });
      onSent((sent += 1));
      return digest;
    },
    kAtOnce,
  );
  if (failed[0]) throw failed[0].error;
  const items = done.map(({ item, result }) => ({ key: item.key, digest: result }));
  const sum: Added = { added: 0, changed: 0, unchanged: 0 };
  for (let first = 0; first < items.length; first += kItemsAtOnce) {
    const answer = await ask<Added>(`${datasetApi(dataset)}/items`, { method: "POST", json: { items: items.slice(first, first + kItemsAtOnce), slices: slice ? [slice] : [], update: true }, signal });
    sum.added += answer.added;
    sum.changed += answer.changed;
    sum.unchanged += answer.unchanged;
  }
  return sum;
}
