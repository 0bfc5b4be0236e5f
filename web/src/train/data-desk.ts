// The page's side of the worker that reads data.
import type { Choice } from "./read-data";
import type { DataOrder, DataReply, Sealed, Slot, Source, Summary } from "./data-worker";
import type { Warning } from "./review";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

let worker: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, { resolve: (reply: DataReply) => void; reject: (error: Error) => void }>();

function start(): Worker {
  const made = new Worker(new URL("./data-worker.ts", import.meta.url), { type: "module" });
  made.onmessage = (event: MessageEvent<DataReply>) => {
    const reply = event.data;
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) asked?.reject(new Error(reply.error));
    else asked?.resolve(reply);
  };
  made.onerror = () => {
    for (const { reject } of waiting.values()) reject(new Error("This browser could not read the data: it may be out of memory. Reload the page, or give it less at once."));
    waiting.clear();
    made.terminate();
    worker = undefined;
  };
  return made;
}

function order(what: WithoutId<DataOrder>): Promise<DataReply> {
  worker ??= start();
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker!.postMessage({ id, ...what });
  });
}

export async function readSource(slot: Slot, source: Source, choice?: Choice): Promise<{ summary: Summary; overlap: Warning[] }> {
  const reply = await order({ kind: "read", slot, source, choice });
  return reply as Extract<DataReply, { summary: Summary }>;
}

export async function letGo(slot: Slot): Promise<void> {
  await order({ kind: "drop", slot });
}

export async function seal(slot: Slot): Promise<Sealed> {
  return ((await order({ kind: "seal", slot })) as Extract<DataReply, { sealed: Sealed }>).sealed;
}
