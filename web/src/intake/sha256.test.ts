import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Sha256 } from "./sha256";

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (text: string) => new Sha256().update(bytes(text)).hex();

test("the published examples come out right", () => {
  expect(hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  expect(hex("a".repeat(1_000_000))).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
});

test("every length around the block's edges agrees with the platform's digest", () => {
  for (let length = 0; length < 200; length++) {
    const data = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 255);
    expect(new Sha256().update(data).hex()).toBe(createHash("sha256").update(data).digest("hex"));
  }
});

test("how the bytes are cut into pieces does not matter", () => {
  const data = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) & 255);
  const whole = new Sha256().update(data).hex();
  for (const size of [1, 3, 63, 64, 65, 127, 1000]) {
    const pieces = new Sha256();
    for (let at = 0; at < data.length; at += size) pieces.update(data.subarray(at, at + size));
    expect(pieces.hex()).toBe(whole);
  }
});
