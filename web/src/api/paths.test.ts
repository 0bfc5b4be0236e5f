import { expect, test } from "vitest";
import { fileApi, modelApi, modelPage, parseReference, zipApi } from "./paths";

const jarvis = { namespace: "custom", name: "jarvis" };

test("a model is addressed with its namespace, so that no lookup order decides", () => {
  expect(modelApi(jarvis)).toBe("/api/namespaces/custom/models/jarvis");
  expect(modelPage(jarvis)).toBe("/models/custom/jarvis");
});

test("slashes of a file's path stay, everything else is escaped", () => {
  expect(fileApi(jarvis, 3, "onnx/my model#1.onnx")).toBe("/api/namespaces/custom/models/jarvis/versions/3/files/onnx/my%20model%231.onnx");
});

test("a zip is of the current version unless one is named", () => {
  expect(zipApi(jarvis)).toBe("/api/namespaces/custom/models/jarvis/download");
  expect(zipApi(jarvis, "v1.1")).toBe("/api/namespaces/custom/models/jarvis/versions/v1.1/download");
});

test("a reference is taken apart, with and without a version", () => {
  expect(parseReference("custom/jarvis@3")).toEqual({ ...jarvis, version: "3" });
  expect(parseReference("custom/jarvis")).toEqual(jarvis);
  expect(parseReference("jarvis")).toBeUndefined();
});
