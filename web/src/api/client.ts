// Every request of the dashboard goes through here: one shape of failure, one place that notices a 401.
import { withQuery, type Query } from "../base/route";
import { createStore } from "../base/store";
import type { ErrorBody } from "./types";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorBody["error"] | "unreachable" | "unknown",
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

// True from the first 401 until somebody signs in.
export const signInNeeded = createStore(false);

// How many questions are on their way: what only looks, not what sends.
export const asking = createStore(0);

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Query;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export function readError(status: number, body: unknown): ApiError {
  const given = body as Partial<ErrorBody> | null;
  if (given && typeof given === "object" && typeof given.message === "string") {
    return new ApiError(status, given.error ?? "unknown", given.message, given.details ?? {});
  }
  return new ApiError(status, "unknown", `The server answered ${status} without saying why. Its log has the request; try again, or look there.`);
}

export function unreachable(): ApiError {
  return new ApiError(0, "unreachable", "The server does not answer. Is “weigh serve” still running?");
}

export async function ask<T>(path: string, how: Ask = {}): Promise<T> {
  if (how.method !== undefined && how.method !== "GET") return exchange<T>(path, how);
  asking.update((now) => now + 1);
  try {
    return await exchange<T>(path, how);
  } finally {
    asking.update((now) => now - 1);
  }
}

async function exchange<T>(path: string, how: Ask): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...how.headers };
  const init: RequestInit = { method: how.method ?? "GET", headers, signal: how.signal ?? null, credentials: "same-origin" };
  if (how.json !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(how.json);
  } else if (how.body !== undefined) {
    init.body = how.body;
  }
  let response: Response;
  try {
    response = await fetch(withQuery(path, how.query ?? {}), init);
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw unreachable();
  }
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) {
    if (response.status === 401) signInNeeded.set(true);
    throw readError(response.status, body);
  }
  return body as T;
}

export const isUnreachable = (error: unknown): boolean => error instanceof ApiError && error.code === "unreachable";
