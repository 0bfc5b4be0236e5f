import type { Job } from "../api/types";

const kPhases: Record<string, string> = {
  reading: "Reading the examples",
  features: "Counting words and runs of letters",
  encoding: "Asking the encoder about each text",
  training: "Training, and measuring on examples held out",
  calibration: "Making the scores honest",
  predicting: "Asking the version about each item",
  validating: "Listening to the recordings",
  augmenting: "Saying the word in many voices and rooms",
  generating_negatives: "Saying what is not the word",
  calibrating: "Choosing the threshold",
  saving: "Writing the model",
};

// What a job is at, in words; a phase that this page does not know is shown by its own name.
export function phaseText(job: Pick<Job, "state" | "phase">): string {
  if (job.state === "waiting") return "Waiting for a free place: others are at work";
  return kPhases[job.phase ?? ""] ?? (job.phase || "Starting");
}
