// Sends one blob so that neither a lost connection nor a restart of the server costs what was sent before.
//
// The server's offset is the truth: after every doubt it is asked for, and the next piece begins there.
import { ApiError } from "../api/client";

export interface UploadState {
  id: string;
  offset: number;
  digest?: string | undefined;
}

export interface UploadApi {
  create(name: string, size: number, digest: string, signal: AbortSignal): Promise<UploadState>;
  find(id: string, signal: AbortSignal): Promise<UploadState>;
  append(id: string, offset: number, piece: Blob, isLast: boolean, onSent: (bytes: number) => void, signal: AbortSignal): Promise<UploadState>;
  remove(id: string): Promise<void>;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface UploadOrder {
  file: Blob;
  name: string;
  digest: string;
  // An upload of the same name and size that was begun earlier.
  resume?: string | undefined;
  onSent: (bytes: number) => void;
  // Told why it waits, and `undefined` when it goes on.
  onWaiting: (reason: string | undefined) => void;
  signal: AbortSignal;
}

export const kPiece = 8 * 1024 * 1024;
const kLongestPauseMs = 15_000;
// How long to wait after so many failures in a row, in milliseconds.
export const pauseAfter = (failures: number): number => Math.min(kLongestPauseMs, 500 * 2 ** failures);

export const isPassing = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status === 503 || error.status === 429);
const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
const isElsewhere = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

export async function uploadBlob(api: UploadApi, order: UploadOrder): Promise<void> {
  const { file, name, digest, signal } = order;
  let id = order.resume;
  let resumed = id !== undefined;
  let failures = 0;
  for (;;) {
    try {
      const state = id === undefined ? await api.create(name, file.size, digest, signal) : await api.find(id, signal);
      id = state.id;
      order.onWaiting(undefined);
      const end = await sendFrom(api, order, state, () => (failures = 0));
      if (end === digest) return;
      throw new Error(`“${name}” did not arrive as it left: the server computed another digest. Send it again; if it happens twice, the file is changing while it is read.`);
    } catch (error) {
      if (signal.aborted) throw error;
      if (isPassing(error)) {
        order.onWaiting((error as Error).message);
        await api.pause(pauseAfter(failures++), signal);
      } else if (isGone(error) && id !== undefined && failures++ < 3) {
        id = undefined;
      } else if (isElsewhere(error) && id !== undefined && failures++ < 3) {
        continue;
      } else if (resumed && id !== undefined) {
        // What was begun earlier was another file of the same name and size.
        await api.remove(id).catch(() => undefined);
        id = undefined;
        resumed = false;
      } else {
        throw error;
      }
    }
  }
}

async function sendFrom(api: UploadApi, { file, onSent, signal }: UploadOrder, from: UploadState, onProgress: () => void): Promise<string | undefined> {
  let state = from;
  onSent(state.offset);
  while (state.digest === undefined) {
    const { offset } = state;
    const piece = file.slice(offset, offset + kPiece);
    const isLast = offset + piece.size >= file.size;
    state = await api.append(state.id, offset, piece, isLast, (bytes) => onSent(offset + bytes), signal);
    onSent(state.offset);
    onProgress();
    if (isLast && state.digest === undefined) break;
  }
  return state.digest;
}
