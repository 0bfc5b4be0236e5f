import { useEffect, useState } from "preact/hooks";
import type { Job } from "../api/types";
import { formatDuration, formatPercent } from "../base/format";
import { Icon } from "../ui/icons";
import { phaseText } from "./phase";

const kTickMs = 1_000;

// Seconds since a job began, counted on while one looks.
function useElapsed(since: string | null | undefined): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), kTickMs);
    return () => clearInterval(timer);
  }, []);
  return since ? Math.max(0, (now - Date.parse(since)) / 1000) : 0;
}

interface Props {
  job: Job;
  title: string;
  onCancel: () => void;
}

export function JobProgress({ job, title, onCancel }: Props) {
  const elapsed = useElapsed(job.started_at);
  return (
    <section class="sheet stack job-live" aria-label={title}>
      <div class="row">
        <h2>{title}</h2>
        <span class="muted small push">{job.started_at ? formatDuration(elapsed) : "not begun"}</span>
        <button type="button" class="button tight" onClick={onCancel}><Icon name="close" />Cancel</button>
      </div>
      <div class="row wide">
        <div class="bar grow" role="progressbar" aria-label={title} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(job.progress * 100)}><span style={{ width: `${job.progress * 100}%` }} /></div>
        <span class="small">{formatPercent(job.progress)}</span>
      </div>
      <p class="muted small" role="status">{phaseText(job)}</p>
    </section>
  );
}
