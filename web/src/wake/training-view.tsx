import { useEffect, useRef, useState } from "preact/hooks";
import { modelPage, parseReference } from "../api/paths";
import type { Job } from "../api/types";
import { formatPercent, formatScore } from "../base/format";
import { navigate } from "../base/location";
import { withQuery } from "../base/route";
import { JobProgress } from "../jobs/job-progress";
import { useJob } from "../jobs/use-job";
import { forgetList } from "../models/kept-list";
import { Curves } from "../ui/curves";
import { Note, Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { forgetRecordings } from "./recordings";
import { trainingStatus, type EpochRow } from "./wake-word";

const kAskEveryMs = 1_000;

// The epochs so far, asked for while the job runs.
function useEpochs(id: string, running: boolean): readonly EpochRow[] {
  const [rows, setRows] = useState<readonly EpochRow[]>([]);
  useEffect(() => {
    if (!running) return undefined;
    const abort = new AbortController();
    const look = () => void trainingStatus(id, abort.signal).then((now) => setRows(now.training_progress?.epoch_history ?? []), () => undefined);
    look();
    const timer = setInterval(look, kAskEveryMs);
    return () => { abort.abort(); clearInterval(timer); };
  }, [id, running]);
  return rows;
}

export function EpochCurves({ rows }: { rows: readonly EpochRow[] }) {
  if (rows.length < 2) return null;
  return (
    <div class="curve-pair">
      <Curves label="Loss" text={(value) => formatScore(value)} curves={[{ name: "training", tone: "main", values: rows.map((one) => one.train_loss) }, { name: "held out", tone: "brass", values: rows.map((one) => one.val_loss) }]} />
      <Curves label="Held out" text={formatPercent} curves={[{ name: "accuracy", tone: "main", values: rows.map((one) => one.val_accuracy) }, { name: "F1", tone: "brass", values: rows.map((one) => one.val_f1) }]} />
    </div>
  );
}

function land(job: Job): void {
  const { model, version } = job.result as { model: string; version: number };
  forgetRecordings();
  forgetList();
  toast(`${model}@${version} is trained.`);
  navigate(withQuery(modelPage(parseReference(model)!), { tab: "training", version }), "replace");
}

// The training, live; then the new version.
export function TrainingView({ id }: { id: string }) {
  const { job, error, cancel } = useJob(id);
  const rows = useEpochs(id, job?.state === "running");
  const landed = useRef(false);
  useEffect(() => {
    if (job?.state !== "completed" || landed.current) return;
    landed.current = true;
    land(job);
  }, [job?.state]);
  const again = <p><a class="button" href="/train/wake-word">Back to the recordings</a></p>;
  if (error) return <><Problem error={error} />{again}</>;
  if (!job) return <p class="muted" role="status">Looking for the training…</p>;
  if (job.state === "failed") return <><Problem error={new Error(job.error?.message ?? job.message ?? "The training failed and did not say why. The server's log has more.")} />{again}</>;
  if (job.state === "cancelled") return <><Note><p>The training was cancelled, and nothing of it was kept.</p></Note>{again}</>;
  if (job.state === "completed") return <p role="status">Done. Opening the new version…</p>;
  return (
    <>
      <JobProgress job={job} title="Training" onCancel={cancel} />
      {rows.length > 1 && <section class="sheet" aria-label="So far"><EpochCurves rows={rows} /></section>}
      <p class="muted small">It goes on without this page: it is among the <a href={withQuery("/jobs", { job: id })}>jobs</a>, and the model appears when it is done.</p>
    </>
  );
}
