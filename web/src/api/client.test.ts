import { afterEach, expect, test, vi } from "vitest";
import { ApiError, ask, asking, readError, signInNeeded } from "./client";

const answer = (status: number, body?: unknown) =>
  vi.stubGlobal("fetch", vi.fn(async () => new Response(body === undefined ? null : JSON.stringify(body), { status })));

afterEach(() => {
  vi.unstubAllGlobals();
  signInNeeded.set(false);
});

test("a good answer is its JSON", async () => {
  answer(200, { models: [] });
  expect(await ask("/api/models")).toEqual({ models: [] });
});

test("an answer without content is undefined", async () => {
  answer(204);
  expect(await ask("/api/tokens/ci", { method: "DELETE" })).toBeUndefined();
});

test("a refusal carries the server's sentence, code and details", async () => {
  answer(409, { error: "failed_precondition", message: "Blobs are absent.", detail: "Blobs are absent.", details: { absent: ["sha256:00"] } });
  const error = await ask("/api/models/a/versions").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 409, code: "failed_precondition", message: "Blobs are absent.", details: { absent: ["sha256:00"] } });
});

test("a 401 asks for a sign-in", async () => {
  answer(401, { error: "unauthenticated", message: "A token is needed.", detail: "", details: {} });
  await expect(ask("/api/models")).rejects.toThrow("A token is needed.");
  expect(signInNeeded.get()).toBe(true);
});

test("a server that is away is told apart from one that refuses", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => Promise.reject(new TypeError("failed"))));
  await expect(ask("/api/models")).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("a body that is not ours still gives a sentence", () => {
  expect(readError(502, undefined).message).toContain("502");
  expect(readError(500, "<html>").code).toBe("unknown");
});

test("query values that are empty are left out", async () => {
  answer(200, {});
  await ask("/api/models", { query: { search: "", length: 50, cursor: undefined } });
  expect(vi.mocked(fetch).mock.calls[0]![0]).toBe("/api/models?length=50");
});

test("questions are counted while they are on their way, and what sends is not", async () => {
  let settle: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", vi.fn(() => new Promise<Response>((resolve) => { settle = resolve; })));
  const question = ask("/api/models").catch(() => undefined);
  expect(asking.get()).toBe(1);
  settle(new Response("{}", { status: 404 }));
  await question;
  expect(asking.get()).toBe(0);
  const sent = ask("/api/trash", { method: "DELETE" });
  expect(asking.get()).toBe(0);
  settle(new Response(null, { status: 204 }));
  await sent;
});
