// Questions to a text classifier.
import { ask } from "../api/client";
import { modelApi, type ModelKey } from "../api/paths";
import type { Answer } from "../api/types";

export type Prediction = Answer["predictions"][number];

// One question, or one a line.
export const textsOf = (written: string): string[] => written.split("\n").map((line) => line.trim()).filter((line) => line !== "");

// Explaining costs about as much as asking for each word; a list is asked without.
export const askModel = (model: ModelKey, version: number | string, texts: readonly string[], signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>(`${modelApi(model)}/predict`, { method: "POST", json: { texts, version: String(version), explain: texts.length === 1 }, signal });
