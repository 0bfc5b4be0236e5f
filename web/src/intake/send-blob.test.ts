import { afterEach, expect, test, vi } from "vitest";
import { sendKnown } from "./send-blob";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a server that is away when it is asked for the bytes is waited for", async () => {
  vi.useFakeTimers();
  const answers = [() => Promise.reject(new TypeError("failed to fetch")), () => Promise.resolve(Response.json({ absent: [] }))];
  vi.stubGlobal("fetch", () => answers.shift()!());
  const waited: Array<string | undefined> = [];
  const sent = sendKnown(new Blob(["x"]), "sha256:right", { name: "a", onWaiting: (reason) => waited.push(reason), signal: new AbortController().signal });
  await vi.runAllTimersAsync();
  expect(await sent).toBe(false);
  expect(waited).toEqual([expect.stringContaining("does not answer"), undefined]);
});

test("a refusal is not asked again", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ error: "invalid_argument", message: "no digest" }, { status: 400 })));
  await expect(sendKnown(new Blob(["x"]), "wrong", { name: "a", signal: new AbortController().signal })).rejects.toThrow("no digest");
});
