// What the dialog of updates says, and what it knows of the downloads behind it. The words are those of the dialog that
// people know from the program whose protocol this is.
import type { Job, Update } from "../api/types";

export type Status =
  | { at: "checking" }
  | { at: "found"; count: number }
  | { at: "downloading"; id: string; version: string }
  | { at: "updated"; id: string; version: string }
  | { at: "failed"; id: string; reason: string }
  | { at: "stopped"; id: string; progress: number }
  | { at: "error"; reason: string };

export function statusText(status: Status): string {
  switch (status.at) {
    case "checking": return "Checking for updates...";
    case "found": return status.count === 0 ? "All models are up to date" : `Found ${status.count} available updates`;
    case "downloading": return `Downloading ${status.id} v${status.version}...`;
    case "updated": return `Successfully updated ${status.id} to v${status.version}`;
    case "failed": return `Failed to download ${status.id}: ${status.reason}`;
    case "stopped": return `Stopped ${status.id} at ${Math.floor(status.progress * 100)} %. What came is kept.`;
    case "error": return `Error checking updates: ${status.reason}`;
  }
}

export const versionLine = (update: Pick<Update, "current" | "available">): string =>
  `Current: v${update.current ?? "Not installed"} → Available: v${update.available}`;

// Megabytes with two digits behind the point, as the list of updates itself gives them.
export const sizeLine = (update: Pick<Update, "size_bytes">): string =>
  `Size: ${update.size_bytes == null ? "Unknown" : Math.round(update.size_bytes / 1e4) / 100} MB`;

export const improvementsLine = (update: Pick<Update, "improvements">): string | undefined =>
  update.improvements?.length ? `Improvements: ${update.improvements.join(", ")}` : undefined;

export const keyOf = (update: Pick<Update, "source" | "id">): string => `${update.source}:${update.id}`;

// The download of an update among jobs, newest first: one that is under way, begun here or elsewhere.
export function downloadOf(update: Pick<Update, "source" | "id" | "available">, jobs: readonly Job[]): Job | undefined {
  return jobs.find((job) => {
    const order = job.parameters ?? {};
    return job.kind === "download" && (job.state === "running" || job.state === "waiting")
      && order.source === update.source && order.id === update.id && order.version === update.available;
  });
}

// How much of how much, how fast, and what time is left: the job says it in these words.
export const progressText = (job: Pick<Job, "state" | "message">): string =>
  job.state === "waiting" ? "Waiting for a free place: others are at work" : (job.message || "Starting");

// What the end of a download means for the status line.
export function endOf(update: Pick<Update, "id" | "available">, job: Pick<Job, "state" | "message" | "progress">): Status {
  if (job.state === "completed") return { at: "updated", id: update.id, version: update.available };
  if (job.state === "cancelled") return { at: "stopped", id: update.id, progress: job.progress };
  return { at: "failed", id: update.id, reason: job.message || "the server did not say why" };
}

// One of several sources may be away: what the others have is shown all the same.
export function checkedStatus(updates: readonly Update[], failures: ReadonlyArray<{ source?: string | undefined; message?: string | undefined }>): Status {
  if (failures.length > 0 && updates.length === 0) return { at: "error", reason: failures.map((one) => `${one.source}: ${one.message}`).join(" ") };
  return { at: "found", count: updates.length };
}
