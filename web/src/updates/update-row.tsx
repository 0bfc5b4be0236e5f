import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Job, Update, UpdatePolicy } from "../api/types";
import { formatPercent } from "../base/format";
import { isOver, watchJob } from "../jobs/watch";
import { Icon } from "../ui/icons";
import { toast, toastError } from "../ui/toast";
import { endOf, improvementsLine, keyOf, progressText, sizeLine, versionLine, type Status } from "./updates";

const kPolicies: ReadonlyArray<[UpdatePolicy, string]> = [["notify", "tell me"], ["download", "download it"], ["apply", "download and use it"]];

interface Props {
  update: Update;
  running: Job | undefined;  // begun before this row was shown
  onStatus: (status: Status) => void;
}

export function UpdateRow({ update, running, onStatus }: Props) {
  const [job, setJob] = useState<Job | undefined>(running);
  const [stopped, setStopped] = useState(false);
  const id = job?.job_id;
  useEffect(() => {
    if (id === undefined) return undefined;
    onStatus({ at: "downloading", id: update.id, version: update.available });
    return watchJob(id, (now) => {
      setJob(isOver(now) ? undefined : now);
      if (!isOver(now)) return;
      setStopped(now.state === "cancelled");
      onStatus(endOf(update, now));
    });
  }, [id]);

  const begin = () => {
    onStatus({ at: "downloading", id: update.id, version: update.available });
    ask<{ jobs: Job[] }>("/api/updates/apply", { method: "POST", json: { model: keyOf(update) } }).then(
      (begun) => setJob(begun.jobs[0]),
      (error: Error) => onStatus({ at: "failed", id: update.id, reason: error.message }),
    );
  };
  const cancel = () => void ask(`/api/jobs/${encodeURIComponent(id ?? "")}/cancel`, { method: "POST" }).catch(toastError);
  const setPolicy = (policy: UpdatePolicy) =>
    ask(`/api/sources/${encodeURIComponent(update.source)}/policy`, { method: "PUT", json: { id: update.id, policy } }).then(() => toast(`A regular check will ${policy === "notify" ? "tell of" : policy} new versions of ${update.id}.`), toastError);
  const improvements = improvementsLine(update);
  return (
    <li class="update" data-update={keyOf(update)}>
      <div class="row">
        <h3 class="break">{update.id}</h3>
        <span class="chip">{update.source}</span>
        {!job && <button type="button" class="button main push" aria-label={stopped ? `Go on with ${update.id}` : `Update ${update.id}`} onClick={begin}>{stopped ? "Go on" : "Update"}</button>}
        {job && <button type="button" class="button push" aria-label={`Cancel the download of ${update.id}`} onClick={cancel}><Icon name="close" />Cancel</button>}
      </div>
      <p>{versionLine(update)}</p>
      <p class="muted">{sizeLine(update)}</p>
      {improvements && <p class="break">{improvements}</p>}
      {job && (
        <>
          <div class="row wide">
            <div class="bar grow" role="progressbar" aria-label={`Download of ${update.id}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(job.progress * 100)}><span style={{ width: `${job.progress * 100}%` }} /></div>
            <span class="small">{formatPercent(job.progress)}</span>
          </div>
          <p class="muted small">{progressText(job)}</p>
        </>
      )}
      <label class="row small update-policy">
        <span class="muted">When a regular check finds a new version:</span>
        <select onChange={(event) => void setPolicy(event.currentTarget.value as UpdatePolicy)}>{kPolicies.map(([policy, words]) => <option key={policy} value={policy} selected={policy === update.policy}>{words}</option>)}</select>
      </label>
    </li>
  );
}
