import { ask, readError, signInNeeded, unreachable } from "../api/client";
import type { Upload } from "../api/types";
import type { UploadApi, UploadState } from "./upload";

const toState = (upload: Upload): UploadState => ({ id: upload.id, offset: upload.offset, digest: upload.digest });
const address = (id: string) => `/api/uploads/${encodeURIComponent(id)}`;

// `sha256:<hex>` as a structured field: the digest's bytes in base64 between colons.
export function reprDigest(digest: string): string {
  const bytes = digest.replace(/^sha256:/, "").match(/../g)!.map((pair) => parseInt(pair, 16));
  return `sha-256=:${btoa(String.fromCharCode(...bytes))}:`;
}

// XMLHttpRequest, because fetch does not tell how much of a body has been sent.
function append(id: string, offset: number, piece: Blob, isLast: boolean, onSent: (bytes: number) => void, signal: AbortSignal): Promise<UploadState> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener("abort", stop, { once: true });
    request.open("PATCH", address(id));
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/partial-upload");
    request.setRequestHeader("upload-offset", String(offset));
    request.setRequestHeader("upload-complete", isLast ? "?1" : "?0");
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", stop);
    request.onload = () => {
      if (request.status === 401) signInNeeded.set(true);
      if (request.status >= 200 && request.status < 300) resolve(toState(request.response as Upload));
      else reject(readError(request.status, request.response));
    };
    if (signal.aborted) return reject(new DOMException("Stopped", "AbortError"));
    request.send(piece);
    return undefined;
  });
}

export const httpUploads: UploadApi = {
  create: async (name, size, digest, signal) =>
    toState(await ask<Upload>("/api/uploads", {
      method: "POST",
      query: { name },
      headers: { "upload-length": String(size), "upload-complete": "?0", "repr-digest": reprDigest(digest) },
      signal,
    })),
  find: async (id, signal) => toState(await ask<Upload>(address(id), { signal })),
  append,
  remove: (id) => ask(address(id), { method: "DELETE" }),
  pause: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => { clearTimeout(timer); reject(new DOMException("Stopped", "AbortError")); }, { once: true });
    }),
};
