import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Job, Update, Updates } from "../api/types";
import { forgetList } from "../models/kept-list";
import { Dialog } from "../ui/dialog";
import "../styles/updates.css";
import { UpdateRow } from "./update-row";
import { checkedStatus, downloadOf, keyOf, statusText, type Status } from "./updates";

// Asks the sources when it opens, and again when somebody wants it to.
export function UpdateDialog({ onClose }: { onClose: () => void }) {
  const [status, setStatus] = useState<Status>({ at: "checking" });
  const [updates, setUpdates] = useState<readonly Update[]>();
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const check = async () => {
    setStatus({ at: "checking" });
    setUpdates(undefined);
    try {
      const [found, running] = await Promise.all([
        ask<Updates>("/api/updates/check", { method: "POST", json: {} }),
        ask<{ jobs: Job[] }>("/api/jobs", { query: { kind: "download", length: 50 } }),
      ]);
      setJobs(running.jobs);
      setUpdates(found.updates);
      setStatus(checkedStatus(found.updates, found.failures));
    } catch (error) {
      setStatus({ at: "error", reason: (error as Error).message });
    }
  };
  useEffect(() => void check(), []);
  const ended = (update: Update, now: Status) => {
    setStatus(now);
    if (now.at !== "updated") return;
    forgetList();
    setUpdates((before) => before?.filter((one) => keyOf(one) !== keyOf(update)));
  };
  return (
    <Dialog title="ML Model Updates" onClose={onClose}>
      <div class="stack updates-dialog">
        <h2>ML Model Updates</h2>
        <p role="status" class={status.at === "failed" || status.at === "error" ? "bad-text break" : "break"}>{statusText(status)}</p>
        {updates?.length === 0 && status.at !== "checking" && <p class="muted">No updates available</p>}
        {updates && updates.length > 0 && (
          <ul class="stack" aria-label="Updates">
            {updates.map((update) => <UpdateRow key={`${keyOf(update)} ${update.available}`} update={update} running={downloadOf(update, jobs)} onStatus={(now) => ended(update, now)} />)}
          </ul>
        )}
        <div class="ends">
          <button type="button" class="button" disabled={status.at === "checking"} onClick={() => void check()}>Check for Updates</button>
          <button type="button" class="button" onClick={onClose}>Close</button>
        </div>
      </div>
    </Dialog>
  );
}
