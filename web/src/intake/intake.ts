// What is being taken in: each file is hashed, asked for, sent if it is new, and looked into.
//
// One file is hashed and one is sent at a time; both go on while another page is open.
import { ask } from "../api/client";
import type { Report, Upload } from "../api/types";
import { createStore } from "../base/store";
import type { AddedFile } from "./dropped";
import { hashFile } from "./hasher";
import { httpUploads } from "./http-uploads";
import { isLitter, isMetadataPath } from "./plan";
import { sendKnown } from "./send-blob";

export type Stage = "waiting" | "hashing" | "hashed" | "sending" | "known" | "sent" | "paused" | "failed";

export interface IntakeItem {
  id: number;
  path: string;
  file: File;
  stage: Stage;
  // Bytes that the present stage is through with.
  done: number;
  digest?: string;
  waitingFor?: string | undefined;
  error?: string | undefined;
  report?: Report;
  metadata?: Record<string, unknown> | undefined;
}

export const items = createStore<readonly IntakeItem[]>([]);
export const unfinished = createStore<readonly Upload[]>([]);

const kLargestMetadata = 1024 * 1024;
const aborts = new Map<number, AbortController>();
let lastId = 0;

export const isReady = (item: IntakeItem): boolean => item.stage === "known" || item.stage === "sent";

function change(id: number, what: Partial<IntakeItem>): void {
  items.update((now) => now.map((item) => (item.id === id ? { ...item, ...what } : item)));
}

export function addFiles(added: readonly AddedFile[]): void {
  const fresh = added.filter(({ path }) => !isLitter(path));
  const paths = new Set(fresh.map(({ path }) => path));
  // The same path again is a newer choice of the same file.
  for (const item of items.get()) if (paths.has(item.path)) remove(item.id);
  items.update((now) => [...now, ...fresh.map(({ path, file }): IntakeItem => ({ id: ++lastId, path, file, stage: "waiting", done: 0 }))]);
  pump();
}

function stop(id: number): void {
  aborts.get(id)?.abort();
  aborts.delete(id);
}

export function pause(id: number): void {
  change(id, { stage: "paused", waitingFor: undefined });
  stop(id);
  pump();
}

export function resume(id: number): void {
  const item = items.get().find((one) => one.id === id);
  change(id, { stage: item?.digest ? "hashed" : "waiting", error: undefined, done: 0 });
  pump();
}

export function remove(id: number): void {
  items.update((now) => now.filter((item) => item.id !== id));
  stop(id);
  pump();
}

export function clear(): void {
  for (const id of [...aborts.keys()]) stop(id);
  items.set([]);
}

export async function loadUnfinished(): Promise<void> {
  unfinished.set((await ask<{ uploads: Upload[] }>("/api/uploads")).uploads);
}

export async function discardUnfinished(id: string): Promise<void> {
  await httpUploads.remove(id);
  await loadUnfinished();
}

function pump(): void {
  const now = items.get();
  const busy = (stage: Stage) => now.some((item) => item.stage === stage);
  const hashNext = busy("hashing") ? undefined : now.find((item) => item.stage === "waiting");
  const sendNext = busy("sending") ? undefined : now.find((item) => item.stage === "hashed");
  if (hashNext) void run(hashNext.id, "hashing", (signal) => hash(hashNext, signal));
  if (sendNext) void run(sendNext.id, "sending", (signal) => send(sendNext, signal));
}

async function run(id: number, stage: Stage, work: (signal: AbortSignal) => Promise<Partial<IntakeItem>>): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  change(id, { stage, done: 0 });
  try {
    const what = await work(abort.signal);
    if (!abort.signal.aborted) change(id, { ...what, waitingFor: undefined });
  } catch (error) {
    if (!abort.signal.aborted) change(id, { stage: "failed", error: (error as Error).message, waitingFor: undefined });
  }
  if (aborts.get(id) === abort) aborts.delete(id);
  pump();
}

async function hash({ id, file, path }: IntakeItem, signal: AbortSignal): Promise<Partial<IntakeItem>> {
  const digest = await hashFile(file, (done) => change(id, { done }), signal);
  const small = isMetadataPath(path) && file.size <= kLargestMetadata;
  return { stage: "hashed", digest, done: 0, metadata: small ? await readMetadata(file) : undefined };
}

async function readMetadata(file: File): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function send({ id, file, path, digest }: IntakeItem, signal: AbortSignal): Promise<Partial<IntakeItem>> {
  const begun = unfinished.get().find((one) => one.name === path && one.size_bytes === file.size);
  const isNew = await sendKnown(file, digest!, {
    name: path,
    resume: begun?.id,
    onSent: (done) => change(id, { done }),
    onWaiting: (waitingFor) => change(id, { waitingFor }),
    signal,
  });
  if (isNew && begun) unfinished.update((now) => now.filter((one) => one.id !== begun.id));
  const report = await ask<Report>(`/api/blobs/${digest}/report`, { query: { name: path.split("/").pop(), tensors: 20 }, signal }).catch(() => undefined);
  return { stage: isNew ? "sent" : "known", done: file.size, ...(report ? { report } : {}) };
}
