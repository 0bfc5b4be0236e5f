// Short words about what just happened, with at most one thing to do about it.
import { createStore } from "../base/store";

export interface Toast {
  id: number;
  text: string;
  act?: { label: string; run: () => void | Promise<void> };
}

export const toasts = createStore<readonly Toast[]>([]);
const kMost = 4;
let lastId = 0;

export function toast(text: string, act?: Toast["act"]): void {
  lastId += 1;
  const made: Toast = act ? { id: lastId, text, act } : { id: lastId, text };
  toasts.update((now) => [...now, made].slice(-kMost));
}

export function dismiss(id: number): void {
  toasts.update((now) => now.filter((one) => one.id !== id));
}

export const toastError = (error: unknown): void => toast(error instanceof Error ? error.message : String(error));
