import type { Model } from "../api/types";

// Whether this server can try the model on an input, and so has a part of its page for that.
export const canBeTried = (model: Pick<Model, "testable" | "kind" | "version_count">): boolean =>
  model.testable || isTextClassifier(model);

export const isTextClassifier = (model: Pick<Model, "kind" | "version_count">): boolean => model.kind === "text-classifier" && model.version_count > 0;

export const isWakeWord = (model: Pick<Model, "kind" | "version_count">): boolean => model.kind === "wake-word" && model.version_count > 0;
