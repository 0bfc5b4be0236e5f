import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Job } from "../api/types";
import { formatDateTime, formatDuration, formatPercent } from "../base/format";
import { usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { flatten } from "../model/flatten";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { toastError } from "../ui/toast";
import { Waiting } from "../ui/waiting";
import { linkOfJob } from "./job-link";
import { phaseText } from "./phase";
import { isOver, watchJob } from "./watch";

const kStates = ["waiting", "running", "completed", "failed", "cancelled"] as const;
const kLook: Record<Job["state"], string> = { waiting: "chip", running: "chip accent", completed: "chip good", failed: "chip danger", cancelled: "chip" };

function took(job: Job): string {
  if (!job.started_at) return "";
  const end = job.finished_at ? Date.parse(job.finished_at) : Date.now();
  return formatDuration((end - Date.parse(job.started_at)) / 1000);
}

function Facts({ title, value }: { title: string; value: Record<string, unknown> | undefined }) {
  const rows = flatten(value ?? {});
  if (rows.length === 0) return null;
  return <details><summary>{title}</summary><dl class="facts">{rows.map(([path, text]) => [<dt key={path} class="mono">{path}</dt>, <dd key={`${path}=`}>{text}</dd>])}</dl></details>;
}

function JobCard({ initial, marked, followed }: { initial: Job; marked: boolean; followed: boolean }) {
  const [job, setJob] = useState(initial);
  const over = isOver(job);
  useEffect(() => setJob(initial), [initial]);
  useEffect(() => (over || !followed ? undefined : watchJob(job.job_id, setJob)), [job.job_id, over, followed]);
  const link = linkOfJob(job);
  const cancel = () => ask<Job>(`/api/jobs/${encodeURIComponent(job.job_id)}/cancel`, { method: "POST" }).then(setJob, toastError);
  return (
    <li class="sheet stack" data-job={job.job_id} aria-current={marked ? "true" : undefined}>
      <div class="row">
        <h2>{job.kind}</h2>
        <span class={kLook[job.state]}>{job.state}</span>
        {link && <a class="break" href={link.href}>{link.text}</a>}
        {job.phase && !over && <span class="muted small">{phaseText(job)}</span>}
        <span class="muted small push">{formatDateTime(job.created_at)}{job.created_by && ` · ${job.created_by}`}{took(job) && ` · ${took(job)}`}</span>
        {!over && <button type="button" class="button tight" onClick={() => void cancel()}><Icon name="close" />Cancel</button>}
      </div>
      {!over && (
        <div class="row wide">
          <div class="bar grow" role="progressbar" aria-label={`Progress of ${job.kind}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(job.progress * 100)}><span style={{ width: `${job.progress * 100}%` }} /></div>
          <span class="small">{formatPercent(job.progress)}</span>
        </div>
      )}
      {job.message && <p class={job.state === "failed" ? "bad-text break" : "break"}>{job.message}</p>}
      <Facts title="Result" value={job.result} />
      <Facts title="Asked for" value={job.parameters} />
    </li>
  );
}

// A browser opens six connections to one server: most of them must stay free for everything else.
const kMostFollowed = 3;
const kLookMs = 5_000;

export function JobsPage() {
  const { query } = usePlace();
  const state = kStates.find((one) => one === query.get("state"));
  const { data, error, loading, reload } = useLoad(`jobs ${state ?? ""}`, (signal) => ask<{ jobs: Job[]; next_cursor: string | null }>("/api/jobs", { query: { state, length: 200 }, signal }), true);
  const jobs = data?.jobs ?? [];
  const running = jobs.filter((job) => !isOver(job)).slice(0, kMostFollowed);
  // Jobs that begin elsewhere, and those that are not followed.
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) reload(); }, kLookMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Page title="Jobs" lead="Work that takes longer than a request: training, evaluation, checks, backups." actions={<button type="button" class="button" onClick={reload}>Refresh</button>}>
      <nav class="row jobs-filter" aria-label="State">
        <a class={state ? "chip outline" : "chip accent"} href="/jobs" aria-current={state ? undefined : "true"}>all</a>
        {kStates.map((one) => <a key={one} class={one === state ? "chip accent" : "chip outline"} href={withQuery("/jobs", { state: one })} aria-current={one === state ? "true" : undefined}>{one}</a>)}
      </nav>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {jobs.length === 0 && !loading && !error && <Empty icon="check"><p>{state ? `No job is ${state}.` : "No job has run here yet."}</p></Empty>}
      <ul class="stack">{jobs.map((job) => <JobCard key={job.job_id} initial={job} marked={query.get("job") === job.job_id} followed={running.includes(job)} />)}</ul>
    </Page>
  );
}
