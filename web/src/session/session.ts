import { ask, signInNeeded } from "../api/client";
import type { Session } from "../api/types";
import { recall, remember } from "../base/remember";
import { createStore } from "../base/store";

export const session = createStore<Session | undefined>(undefined);

// Whether this browser gave a token: the cookie itself is out of the page's reach, and a caller who is trusted
// for where he sits has a name as well.
export const signedIn = createStore(recall("signed-in") === "yes");
signedIn.watch(() => remember("signed-in", signedIn.get() ? "yes" : undefined));

export async function loadSession(): Promise<void> {
  const now = await ask<Session>("/api/session");
  session.set(now);
  if (now.name !== "") return;
  signedIn.set(false);
  if (now.token_needed) signInNeeded.set(true);
}

// Trades the token for a cookie that no script can read; the token itself is not kept anywhere.
export async function signIn(token: string): Promise<void> {
  session.set(await ask<Session>("/api/session", { method: "POST", json: { token } }));
  signedIn.set(true);
  signInNeeded.set(false);
}

export async function signOut(): Promise<void> {
  await ask("/api/session", { method: "DELETE" });
  signedIn.set(false);
  await loadSession();
}
