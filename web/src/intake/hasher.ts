import type { HashReply } from "./hash-worker";

let worker: Worker | undefined;
let lastId = 0;

let before: Promise<unknown> = Promise.resolve();

// One file at a time, whoever asks.
export function hashFile(file: Blob, onDone: (bytes: number) => void, signal: AbortSignal): Promise<string> {
  const digest = before.then(() => hashNow(file, onDone, signal));
  before = digest.catch(() => undefined);
  return digest;
}

// An abort ends the worker: what it reads may be gigabytes.
function hashNow(file: Blob, onDone: (bytes: number) => void, signal: AbortSignal): Promise<string> {
  const own = (worker ??= new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module" }));
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const stop = () => {
      own.terminate();
      if (worker === own) worker = undefined;
      reject(new DOMException("Stopped", "AbortError"));
    };
    const settle = (end: () => void) => {
      signal.removeEventListener("abort", stop);
      end();
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    own.onerror = () => settle(() => reject(new Error("This browser could not start the part of the page that computes digests. Reload the page.")));
    own.onmessage = (event: MessageEvent<HashReply>) => {
      const reply = event.data;
      if (reply.id !== id) return;
      if ("done" in reply) onDone(reply.done);
      else if ("digest" in reply) settle(() => resolve(reply.digest));
      else settle(() => reject(new Error(reply.error)));
    };
    own.postMessage({ id, file });
    return undefined;
  });
}
