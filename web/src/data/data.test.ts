import { describe, expect, it } from "vitest";
import { labelOf, previewOf } from "./data";

describe("previewOf", () => {
  const of = (media_type: string, content_url: string | null = "/x") => previewOf({ media_type, content_url });
  it("knows what a browser can show", () => {
    expect(of("audio/wav")).toBe("audio");
    expect(of("image/png")).toBe("image");
    expect(of("text/plain; charset=utf-8")).toBe("text");
    expect(of("application/json")).toBe("text");
    expect(of("image/svg+xml")).toBe("text");
    expect(of("application/x-hdf5")).toBe("none");
  });
  it("shows nothing where there are no bytes", () => expect(of("audio/wav", null)).toBe("none"));
});

describe("labelOf", () => {
  it("says the label", () => {
    expect(labelOf({ annotations: { label: "dog" } })).toBe("dog");
    expect(labelOf({ annotations: "cat" })).toBe("cat");
    expect(labelOf({ annotations: null })).toBe("");
  });
  it("shortens what is long", () => expect(labelOf({ annotations: { boxes: Array.from({ length: 90 }, () => 1) } })).toHaveLength(78));
});
