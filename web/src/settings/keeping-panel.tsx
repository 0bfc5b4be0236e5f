import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Job, Storage, Verification } from "../api/types";
import { counted, formatAgo, formatBytes, formatPercent } from "../base/format";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { isOver, watchJob } from "../jobs/watch";
import { Confirm } from "../ui/dialog";
import { Problem } from "../ui/problem";
import { toastError } from "../ui/toast";

function outcome(job: Job): string {
  if (job.state === "failed") return job.message ?? "It failed; the log says why.";
  if (job.kind !== "verify") return job.state;
  const { blobs = 0, bytes = 0, damaged = [] } = (job.result ?? {}) as Partial<Verification>;
  if (job.state !== "completed") return job.state;
  return damaged.length === 0 ? `${counted(blobs, "file")}, ${formatBytes(bytes)}: all as they were taken in` : `${counted(damaged.length, "file")} of ${blobs} damaged`;
}

// The newest job of a kind, live while it runs.
function LastJob({ kind, begun }: { kind: string; begun: Job | undefined }) {
  const { data } = useLoad(`last ${kind}`, (signal) => ask<{ jobs: Job[] }>("/api/jobs", { query: { kind, length: 1 }, signal }), true);
  const newest = begun ?? data?.jobs[0];
  const [live, setLive] = useState<Job>();
  const over = newest === undefined || isOver(newest);
  useEffect(() => (over ? undefined : watchJob(newest.job_id, setLive)), [newest?.job_id, over]);
  const job = live && live.job_id === newest?.job_id ? live : newest;
  if (!job) return <p class="muted small">Not done yet.</p>;
  const isBad = job.state === "failed" || ((job.result as Partial<Verification> | undefined)?.damaged?.length ?? 0) > 0;
  return (
    <p class="small" role="status">
      <a href={withQuery("/jobs", { job: job.job_id })}>{isOver(job) ? formatAgo(job.finished_at ?? job.created_at, Date.now()) : `${job.phase ?? job.state}, ${formatPercent(job.progress)}`}</a>
      {isOver(job) && <span class={isBad ? "bad-text" : "muted"}> · {outcome(job)}</span>}
    </p>
  );
}

export function CheckPanel() {
  const storage = useLoad("storage", (signal) => ask<Storage>("/api/storage", { signal }), true);
  const [begun, setBegun] = useState<Job>();
  const [reference, setReference] = useState("");
  const verify = (deep: boolean) => ask<Job>("/api/storage/verify", { method: "POST", json: { deep, ...(reference.trim() ? { reference: reference.trim() } : {}) } }).then(setBegun, toastError);
  const { blobs = 0, stored_bytes = 0, free_bytes = 0 } = storage.data ?? {};
  return (
    <section class="sheet stack" aria-labelledby="check-head">
      <h2 id="check-head">What is kept</h2>
      {storage.error && <Problem error={storage.error} onRetry={storage.reload} />}
      {storage.data && <p>{counted(blobs, "distinct file")}, {formatBytes(stored_bytes)}; {formatBytes(free_bytes)} are free on the disk. <a href="/storage">What takes how much</a></p>}
      <label class="field"><span>Only this model or version <span class="muted">(empty: everything)</span></span><input class="input mono" value={reference} placeholder="custom/jarvis@3" spellcheck={false} onInput={(event) => setReference(event.currentTarget.value)} /></label>
      <div class="row">
        <button type="button" class="button" onClick={() => void verify(false)}>Check every file</button>
        <button type="button" class="button" onClick={() => void verify(true)} title="Reads every byte and compares digests">Check every byte</button>
      </div>
      <LastJob kind="verify" begun={begun} />
    </section>
  );
}

const kBackupWords = {
  backup: { title: "Back up now?", action: "Back up", text: "Everything is copied while the server goes on working. A directory that holds an earlier backup is brought up to date." },
  restore: { title: "Restore from this directory?", action: "Restore", text: "What the backup holds and this home lacks is brought back, beside what is here. Nothing here is overwritten." },
} as const;

export function BackupPanel() {
  const [directory, setDirectory] = useState("");
  const [asked, setAsked] = useState<keyof typeof kBackupWords>();
  const [begun, setBegun] = useState<Job>();
  const run = async () => setBegun(await ask<Job>(asked === "restore" ? "/api/backup/restore" : "/api/backup", { method: "POST", json: { directory: directory.trim() } }));
  const words = asked && kBackupWords[asked];
  return (
    <section class="sheet stack" aria-labelledby="backup-head">
      <h2 id="backup-head">Backup</h2>
      <label class="field"><span>Directory on the server's machine</span><input class="input mono" value={directory} placeholder="/srv/backups/weighhouse" spellcheck={false} onInput={(event) => setDirectory(event.currentTarget.value)} /></label>
      <div class="row">
        <button type="button" class="button" disabled={directory.trim() === ""} onClick={() => setAsked("backup")}>Back up</button>
        <button type="button" class="button" disabled={directory.trim() === ""} onClick={() => setAsked("restore")}>Restore from it</button>
      </div>
      <LastJob key={begun?.kind ?? "backup"} kind={begun?.kind ?? "backup"} begun={begun} />
      {words && <Confirm title={words.title} action={words.action} onConfirm={run} onClose={() => setAsked(undefined)}><p class="mono break">{directory.trim()}</p><p class="muted">{words.text}</p></Confirm>}
    </section>
  );
}
