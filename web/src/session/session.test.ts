import { afterEach, expect, test, vi } from "vitest";
import { signInNeeded } from "../api/client";
import { loadSession, session, signedIn, signIn, signOut } from "./session";

const answers = (...bodies: Array<[status: number, body?: unknown]>) => {
  const fetched = vi.fn(async () => {
    const [status, body] = bodies.shift()!;
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
  vi.stubGlobal("fetch", fetched);
};
const nobody = { name: "", scopes: [], token_needed: true };
const me = { name: "me", scopes: ["read"], token_needed: false };

afterEach(() => {
  vi.unstubAllGlobals();
  signInNeeded.set(false);
  signedIn.set(false);
  session.set(undefined);
});

test("somebody whom the server does not know is asked to sign in", async () => {
  answers([200, nobody]);
  await loadSession();
  expect(signInNeeded.get()).toBe(true);
});

test("somebody who is trusted for where he sits is neither asked nor signed in", async () => {
  answers([200, { ...me, name: "local" }]);
  await loadSession();
  expect(signInNeeded.get()).toBe(false);
  expect(signedIn.get()).toBe(false);
});

test("a good token opens the pages and signing out closes them", async () => {
  answers([200, me], [204], [200, nobody]);
  signInNeeded.set(true);
  await signIn("secret");
  expect(signInNeeded.get()).toBe(false);
  expect(signedIn.get()).toBe(true);
  await signOut();
  expect(signedIn.get()).toBe(false);
  expect(signInNeeded.get()).toBe(true);
});

test("a wrong token leaves everything closed", async () => {
  answers([401, { error: "unauthenticated", message: "No.", detail: "No.", details: {} }]);
  await expect(signIn("wrong")).rejects.toThrow("No.");
  expect(signedIn.get()).toBe(false);
});

test("a session that ended is noticed at the next look", async () => {
  signedIn.set(true);
  answers([200, nobody]);
  await loadSession();
  expect(signedIn.get()).toBe(false);
});
