import { ask, signInNeeded } from "../api/client";
import type { Session } from "../api/types";
import { createStore } from "../base/store";

export const session = createStore<Session | undefined>(undefined);

export async function loadSession(): Promise<void> {
  const now = await ask<Session>("/api/session");
  session.set(now);
  if (now.token_needed && now.name === "") signInNeeded.set(true);
}

// Trades the token for a cookie that no script can read; the token itself is not kept anywhere.
export async function signIn(token: string): Promise<void> {
  session.set(await ask<Session>("/api/session", { method: "POST", json: { token } }));
  signInNeeded.set(false);
}

export async function signOut(): Promise<void> {
  await ask("/api/session", { method: "DELETE" });
  session.set(undefined);
  signInNeeded.set(true);
}

export const may = (scope: "write" | "admin"): boolean => {
  const scopes = session.get()?.scopes;
  return scopes === undefined || scopes.length === 0 || scopes.includes(scope) || scopes.includes("admin");
};
