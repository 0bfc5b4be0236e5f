// A wake word, the recordings of it, and what is asked of the training: the rules are the server's, said while one types.
import { ask } from "../api/client";

export const kMostRecordings = 5;

export const collapsed = (word: string): string => word.trim().replace(/\s+/g, " ");

// Why it cannot be a wake word; undefined when it can.
export function wordProblem(typed: string): string | undefined {
  const word = collapsed(typed);
  if (word.length < 2) return "Wake word must be at least 2 characters";
  if (word.length > 30) return "Wake word must be at most 30 characters";
  if (!/^[A-Za-z ]+$/.test(word)) return "Wake word must contain only letters and spaces";
  if (word.split(" ").length > 2) return "Wake word must be 1 or 2 words";
  return undefined;
}

// What is good to know of a word that can be used.
export function wordAdvice(typed: string): string | undefined {
  const word = collapsed(typed);
  if (wordProblem(word)) return undefined;
  if (word.replace(/ /g, "").length < 5) return "A short word sounds like parts of many others. Three syllables or more are heard more surely.";
  return undefined;
}

// The folder that it gets.
export const modelNameOf = (word: string): string => collapsed(word).toLowerCase().replace(/ /g, "_");

export interface WakeChoices {
  epochs: string;
  positives: string;
  speech: boolean;
  similar: boolean;
  negatives: boolean;
}

export const kWakeChoices: WakeChoices = { epochs: "", positives: "", speech: true, similar: true, negatives: true };

export interface Take {
  name: string;
  file: Blob;
}

export function formOf(word: string, takes: readonly Take[], choices: WakeChoices): FormData {
  const form = new FormData();
  form.append("wake_word", collapsed(word));
  for (const take of takes) form.append("recordings", take.file, take.name);
  if (choices.epochs) form.append("num_epochs", choices.epochs);
  if (choices.positives) form.append("target_positive_samples", choices.positives);
  form.append("use_tts_positives", String(choices.speech));
  form.append("use_hard_negatives", String(choices.similar));
  form.append("use_real_negatives", String(choices.negatives));
  return form;
}

export const startTraining = (form: FormData, signal: AbortSignal): Promise<{ job_id: string }> =>
  ask("/api/train/start", { method: "POST", body: form, signal });

export interface EpochRow {
  epoch: number;
  train_loss: number;
  train_accuracy: number;
  val_loss: number;
  val_accuracy: number;
  val_f1: number;
}

// What the training tells of itself beside the job: its epochs so far.
export interface TrainingStatus {
  status: string;
  training_progress?: { epoch_history?: EpochRow[]; total_epochs?: number } | null;
}

export const trainingStatus = (job: string, signal: AbortSignal): Promise<TrainingStatus> =>
  ask(`/api/train/status/${encodeURIComponent(job)}`, { signal });
