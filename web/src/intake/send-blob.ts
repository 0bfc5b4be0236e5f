// Bytes to the server, under their digest; what it has already is not sent again.
import { ask } from "../api/client";
import { hashFile } from "./hasher";
import { httpUploads } from "./http-uploads";
import { isPassing, pauseAfter, uploadBlob } from "./upload";

export interface Sending {
  name: string;
  // An upload of the same bytes that was begun earlier.
  resume?: string | undefined;
  onSent?: (bytes: number) => void;
  onWaiting?: (reason: string | undefined) => void;
  signal: AbortSignal;
}

// Waits for a server that is away, as the sending of the bytes does.
async function isAbsent(digest: string, { onWaiting, signal }: Sending): Promise<boolean> {
  for (let failures = 0; ; failures += 1) {
    try {
      const { absent } = await ask<{ absent: string[] }>("/api/blobs/query", { method: "POST", json: { digests: [digest] }, signal });
      onWaiting?.(undefined);
      return absent.length > 0;
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      onWaiting?.((error as Error).message);
      await httpUploads.pause(pauseAfter(failures), signal);
    }
  }
}

// Whether the bytes were new to the server.
export async function sendKnown(file: Blob, digest: string, sending: Sending): Promise<boolean> {
  if (!(await isAbsent(digest, sending))) return false;
  const { name, resume, onSent, onWaiting, signal } = sending;
  await uploadBlob(httpUploads, { file, name, digest, resume, onSent: onSent ?? (() => undefined), onWaiting: onWaiting ?? (() => undefined), signal });
  return true;
}

export async function sendBlob(file: Blob, sending: Sending): Promise<string> {
  const digest = await hashFile(file, () => undefined, sending.signal);
  await sendKnown(file, digest, sending);
  return digest;
}
