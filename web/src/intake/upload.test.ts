import { expect, test } from "vitest";
import { ApiError, unreachable } from "../api/client";
import { kPiece, uploadBlob, type UploadApi, type UploadOrder } from "./upload";

const kDigest = "sha256:right";

// A server of uploads in memory. `before` runs ahead of each append and may throw.
class FakeServer implements UploadApi {
  offset = 0;
  made = 0;
  appends: number[] = [];
  removed: string[] = [];
  pauses: number[] = [];
  digest = kDigest;
  before: (append: number) => void = () => undefined;

  async create() {
    this.made += 1;
    this.offset = 0;
    return { id: `u${this.made}`, offset: 0 };
  }
  async find(id: string) {
    return { id, offset: this.offset };
  }
  async append(id: string, offset: number, piece: Blob, isLast: boolean, onSent: (bytes: number) => void) {
    this.appends.push(offset);
    this.before(this.appends.length);
    if (offset !== this.offset) throw new ApiError(409, "failed_precondition", "wrong offset");
    onSent(piece.size);
    this.offset += piece.size;
    return { id, offset: this.offset, digest: isLast ? this.digest : undefined };
  }
  async remove(id: string) {
    this.removed.push(id);
  }
  async pause(milliseconds: number) {
    this.pauses.push(milliseconds);
  }
}

function order(size: number, more: Partial<UploadOrder> = {}) {
  const sent: number[] = [];
  const waited: Array<string | undefined> = [];
  const made: UploadOrder = {
    file: new Blob([new Uint8Array(size)]),
    name: "jarvis.pt",
    digest: kDigest,
    onSent: (bytes) => sent.push(bytes),
    onWaiting: (reason) => waited.push(reason),
    signal: new AbortController().signal,
    ...more,
  };
  return { made, sent, waited };
}

test("a file goes in pieces and the last one ends it", async () => {
  const server = new FakeServer();
  const { made, sent } = order(kPiece * 2 + 5);
  await uploadBlob(server, made);
  expect(server.appends).toEqual([0, kPiece, kPiece * 2]);
  expect(sent.at(-1)).toBe(kPiece * 2 + 5);
});

test("an empty file is sent too", async () => {
  const server = new FakeServer();
  await uploadBlob(server, order(0).made);
  expect(server.appends).toEqual([0]);
});

test("a lost connection waits, asks for the offset and goes on from there", async () => {
  const server = new FakeServer();
  server.before = (append) => {
    if (append === 2) throw unreachable();
  };
  const { made, waited } = order(kPiece * 2);
  await uploadBlob(server, made);
  expect(server.made).toBe(1);
  expect(server.appends).toEqual([0, kPiece, kPiece]);
  expect(server.pauses).toEqual([500]);
  expect(waited.some((reason) => reason?.includes("does not answer"))).toBe(true);
  expect(waited.at(-1)).toBeUndefined();
});

test("pauses grow while the server stays away, up to a quarter of a minute", async () => {
  const server = new FakeServer();
  server.before = (append) => {
    if (append <= 8) throw unreachable();
  };
  await uploadBlob(server, order(10).made);
  expect(server.pauses).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("what was begun before a reload is not sent twice", async () => {
  const server = new FakeServer();
  server.offset = kPiece;
  const { made, sent } = order(kPiece * 2, { resume: "u0" });
  await uploadBlob(server, made);
  expect(server.made).toBe(0);
  expect(server.appends).toEqual([kPiece]);
  expect(sent[0]).toBe(kPiece);
});

test("an upload that the server forgot is begun again", async () => {
  const server = new FakeServer();
  const find = server.find.bind(server);
  server.find = async (id: string) => {
    if (id === "old") throw new ApiError(404, "not_found", "gone");
    return find(id);
  };
  await uploadBlob(server, order(10, { resume: "old" }).made);
  expect(server.made).toBe(1);
});

test("an earlier upload of another file is thrown away and the file sent from its beginning", async () => {
  const server = new FakeServer();
  server.offset = 4;
  server.digest = "sha256:wrong";
  server.before = () => {
    if (server.made > 0) server.digest = kDigest;
  };
  await uploadBlob(server, order(10, { resume: "other" }).made);
  expect(server.removed).toEqual(["other"]);
  expect(server.appends).toEqual([4, 0]);
});

test("a digest that does not match is a failure and not a loop", async () => {
  const server = new FakeServer();
  server.digest = "sha256:wrong";
  await expect(uploadBlob(server, order(10).made)).rejects.toThrow("another digest");
  expect(server.made).toBe(1);
});

test("a refusal ends it with the server's own sentence", async () => {
  const server = new FakeServer();
  server.before = () => {
    throw new ApiError(507, "resource_exhausted", "The disk is full. Empty the trash.");
  };
  await expect(uploadBlob(server, order(10).made)).rejects.toThrow("The disk is full.");
});
