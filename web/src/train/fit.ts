// From examples on this page to a job on the server.
import { ask } from "../api/client";
import { modelApi, type ModelKey } from "../api/paths";
import type { Job } from "../api/types";
import { sendBlob } from "../intake/send-blob";
import { seal } from "./data-desk";
import type { Slot } from "./data-worker";
import type { Format } from "./read-data";

// Data that the server has, as an order for it names them.
export interface SentData {
  data: string;
  format: Format;
  data_name: string;
}

export async function sendData(slot: Slot, onSent: (share: number) => void, signal: AbortSignal): Promise<SentData> {
  const { blob, name, format } = await seal(slot);
  const digest = await sendBlob(blob, { name, signal, onSent: (bytes) => onSent(bytes / Math.max(1, blob.size)) });
  return { data: digest, format, data_name: name };
}

export interface FitChoices {
  // Empty: the best one installed.
  base: string;
  label: string;
  notes: string;
  seed: string;
  folds: string;
}

export const kFitChoices: FitChoices = { base: "", label: "", notes: "", seed: "", folds: "" };

const numberOf = (text: string): number | undefined => (/^\d+$/.test(text.trim()) ? Number(text) : undefined);

// The order as the contract has it: what was left empty is left to the server.
export function fitOrder(data: SentData, choices: FitChoices): Record<string, unknown> {
  const [seed, folds] = [numberOf(choices.seed), numberOf(choices.folds)];
  const options = { ...(seed === undefined ? {} : { seed }), ...(folds === undefined ? {} : { folds }) };
  const texts = Object.entries({ base: choices.base, label: choices.label.trim(), notes: choices.notes.trim() }).filter(([, text]) => text !== "");
  return { ...data, ...Object.fromEntries(texts), ...(Object.keys(options).length > 0 ? { options } : {}) };
}

export const startFit = (model: ModelKey, order: Record<string, unknown>): Promise<Job> =>
  ask<Job>(`${modelApi(model)}/fit`, { method: "POST", json: order });

// What the review of the examples has said before.
const kSaidBefore = new Set(["single-example", "few-examples", "imbalance", "similar-labels", "duplicate", "contradiction"]);
const kMostSaid = 2;

// What only the training could find: that an export failed, that an option changed nothing.
export function newWarnings(result: Record<string, unknown> | undefined): string[] {
  const warnings = Array.isArray(result?.warnings) ? (result.warnings as Array<{ code?: string; message?: string }>) : [];
  return warnings.filter(({ code = "", message }) => message && !kSaidBefore.has(code)).map(({ message }) => message!).slice(0, kMostSaid);
}
