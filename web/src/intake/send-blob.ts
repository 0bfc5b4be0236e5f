// Bytes to the server, under their digest; what it has already is not sent again.
import { ask } from "../api/client";
import { hashFile } from "./hasher";
import { httpUploads } from "./http-uploads";
import { uploadBlob } from "./upload";

export interface Sending {
  name: string;
  // An upload of the same bytes that was begun earlier.
  resume?: string | undefined;
  onSent?: (bytes: number) => void;
  onWaiting?: (reason: string | undefined) => void;
  signal: AbortSignal;
}

// Whether the bytes were new to the server.
export async function sendKnown(file: Blob, digest: string, { name, resume, onSent, onWaiting, signal }: Sending): Promise<boolean> {
  const { absent } = await ask<{ absent: string[] }>("/api/blobs/query", { method: "POST", json: { digests: [digest] }, signal });
  if (absent.length === 0) return false;
  await uploadBlob(httpUploads, { file, name, digest, resume, onSent: onSent ?? (() => undefined), onWaiting: onWaiting ?? (() => undefined), signal });
  return true;
}

export async function sendBlob(file: Blob, sending: Sending): Promise<string> {
  const digest = await hashFile(file, () => undefined, sending.signal);
  await sendKnown(file, digest, sending);
  return digest;
}
