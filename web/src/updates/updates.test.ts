import { expect, test } from "vitest";
import type { Job, Update } from "../api/types";
import { checkedStatus, downloadOf, endOf, improvementsLine, progressText, sizeLine, statusText, versionLine } from "./updates";

const update = { source: "acme", id: "jarvis", model: null, current: "2", available: "3", size_bytes: 1_234_567, improvements: ["quiet rooms", "children"], description: "", policy: "notify" } as Update;
const job = (over: Partial<Job>): Job => ({ job_id: "1", kind: "download", state: "running", progress: 0, message: "", parameters: { source: "acme", id: "jarvis", version: "3" }, ...over }) as Job;

test("the dialog speaks in the words that people know", () => {
  expect(statusText({ at: "checking" })).toBe("Checking for updates...");
  expect(statusText({ at: "found", count: 0 })).toBe("All models are up to date");
  expect(statusText({ at: "found", count: 2 })).toBe("Found 2 available updates");
  expect(statusText({ at: "downloading", id: "jarvis", version: "3" })).toBe("Downloading jarvis v3...");
  expect(statusText({ at: "updated", id: "jarvis", version: "3" })).toBe("Successfully updated jarvis to v3");
  expect(statusText({ at: "failed", id: "jarvis", reason: "gone" })).toBe("Failed to download jarvis: gone");
  expect(statusText({ at: "error", reason: "away" })).toBe("Error checking updates: away");
});

test("a row tells versions, size and improvements, and what is not known", () => {
  expect(versionLine(update)).toBe("Current: v2 → Available: v3");
  expect(versionLine({ current: null, available: "1" })).toBe("Current: vNot installed → Available: v1");
  expect(sizeLine(update)).toBe("Size: 1.23 MB");
  expect(sizeLine({ size_bytes: null })).toBe("Size: Unknown MB");
  expect(improvementsLine(update)).toBe("Improvements: quiet rooms, children");
  expect(improvementsLine({ improvements: [] })).toBeUndefined();
});

test("a download that began elsewhere is found again, and one that is over is not", () => {
  expect(downloadOf(update, [job({ state: "completed" }), job({ job_id: "2" })])?.job_id).toBe("2");
  expect(downloadOf(update, [job({ state: "cancelled" })])).toBeUndefined();
  expect(downloadOf(update, [job({ parameters: { source: "acme", id: "jarvis", version: "2" } })])).toBeUndefined();
  expect(downloadOf(update, [job({ kind: "verify" })])).toBeUndefined();
});

test("the end of a download is told, and what a stopped one keeps", () => {
  expect(statusText(endOf(update, job({ state: "completed" })))).toBe("Successfully updated jarvis to v3");
  expect(statusText(endOf(update, job({ state: "cancelled", progress: 0.428 })))).toBe("Stopped jarvis at 42 %. What came is kept.");
  expect(statusText(endOf(update, job({ state: "failed", message: "no room" })))).toBe("Failed to download jarvis: no room");
});

test("progress is the job's own words", () => {
  expect(progressText(job({ message: "1 MB of 3 MB, 1 MB/s, 2 s left" }))).toBe("1 MB of 3 MB, 1 MB/s, 2 s left");
  expect(progressText(job({ state: "waiting" }))).toMatch(/^Waiting/);
});

test("one source that is away hides nothing of the others", () => {
  expect(checkedStatus([], [{ source: "acme", message: "away" }])).toEqual({ at: "error", reason: "acme: away" });
  expect(checkedStatus([update], [{ source: "acme", message: "away" }])).toEqual({ at: "found", count: 1 });
});
