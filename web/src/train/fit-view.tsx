import { useEffect, useRef } from "preact/hooks";
import { ask } from "../api/client";
import { modelPage, parseReference, versionApi, type ModelKey } from "../api/paths";
import type { Job } from "../api/types";
import { navigate } from "../base/location";
import { withQuery } from "../base/route";
import { JobProgress } from "../jobs/job-progress";
import { useJob } from "../jobs/use-job";
import { forgetList } from "../models/kept-list";
import { Note, Problem } from "../ui/problem";
import { toast, toastError } from "../ui/toast";
import { leaveOut } from "./draft";
import { takeTestOf, trainAddress } from "./fit-address";
import { newWarnings } from "./fit";

// The new version's page: to be tried, or to be watched while it is weighed on the test data that came along.
async function land(job: Job): Promise<void> {
  const { model, version } = job.result as { model: string; version: number };
  const key = parseReference(model)!;
  const test = takeTestOf(job.job_id);
  leaveOut("train");
  leaveOut("test");
  forgetList();
  toast(`${model}@${version} is trained.`);
  for (const said of newWarnings(job.result)) toast(said);
  if (!test) return navigate(withQuery(modelPage(key), { version, tab: "test" }), "replace");
  const weighing = await ask<Job>(`${versionApi(key, version)}/evaluations`, { method: "POST", json: test }).catch((error: Error) => { toastError(error); return undefined; });
  return navigate(withQuery(modelPage(key), { version, tab: "evaluate", job: weighing?.job_id }), "replace");
}

export function FitView({ id, model }: { id: string; model: ModelKey | undefined }) {
  const { job, error, cancel } = useJob(id);
  const landed = useRef(false);
  useEffect(() => {
    // Without a version there is nothing to weigh.
    if (job?.state === "failed" || job?.state === "cancelled") takeTestOf(id);
    if (job?.state !== "completed" || landed.current) return;
    landed.current = true;
    void land(job);
  }, [job?.state]);
  const again = <p><a class="button" href={trainAddress(model)}>Back to the examples</a></p>;
  if (error) return <><Problem error={error} />{again}</>;
  if (!job) return <p class="muted" role="status">Looking for the training…</p>;
  const name = (job.parameters?.model as string | undefined) ?? "a model";
  if (job.state === "failed") return <><Problem error={new Error(job.error?.message ?? job.message ?? "The training failed and did not say why. The server's log has more.")} />{again}</>;
  if (job.state === "cancelled") return <><Note><p>The training was cancelled, and nothing of it was kept.</p></Note>{again}</>;
  if (job.state === "completed") return <p role="status">Done. Opening the new version…</p>;
  return (
    <>
      <JobProgress job={job} title={`Training ${name}`} onCancel={cancel} />
      <p class="muted small">It goes on without this page: it is among the <a href={withQuery("/jobs", { job: id })}>jobs</a>, and its version appears when it is done.</p>
    </>
  );
}
