import { describe, expect, it } from "vitest";
import { keysOf } from "./add-items";

describe("keysOf", () => {
  it("leaves out the folder that holds all of them", () => expect(keysOf(["signs/a.png", "signs/night/b.png"])).toEqual(["a.png", "night/b.png"]));
  it("keeps what tells them apart", () => expect(keysOf(["signs/a.png", "sounds/b.wav"])).toEqual(["signs/a.png", "sounds/b.wav"]));
  it("takes files without a folder", () => expect(keysOf(["a.png", "a"])).toEqual(["a.png", "a"]));
  it("takes none", () => expect(keysOf([])).toEqual([]));
});
