import { expect, test } from "vitest";
import { reprDigest } from "./http-uploads";

test("a digest is declared as the bytes' base64", () => {
  expect(reprDigest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")).toBe("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
});
