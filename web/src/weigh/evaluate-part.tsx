import { useEffect } from "preact/hooks";
import { modelPage } from "../api/paths";
import type { Evaluation, Model, Version } from "../api/types";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { JobProgress } from "../jobs/job-progress";
import { useJob } from "../jobs/use-job";
import { forgetList } from "../models/kept-list";
import { Note, Problem } from "../ui/problem";
import { EvaluateForm } from "./evaluate-form";
import { EvaluationList } from "./evaluation-list";
import { EvaluationTrend } from "./evaluation-trend";
import { EvaluationView } from "./evaluation-view";
import { listEvaluations, overVersions } from "./evaluations";
import "../styles/weigh.css";

interface LiveProps {
  id: string;
  onDone: (evaluation: string) => void;
}

function Live({ id, onDone }: LiveProps) {
  const { job, error, cancel } = useJob(id);
  useEffect(() => {
    if (job?.state === "completed") onDone((job.result as { evaluation: string }).evaluation);
  }, [job?.state]);
  if (error) return <Problem error={error} />;
  if (!job || job.state === "completed") return null;
  if (job.state === "failed") return <Problem error={new Error(job.error?.message ?? job.message ?? "The evaluation failed and did not say why. The server's log has more.")} />;
  if (job.state === "cancelled") return <Note><p>The evaluation was cancelled, and nothing of it was kept.</p></Note>;
  return <JobProgress job={job} title={`Evaluating on ${(job.parameters?.data_name as string | undefined) || "the data"}`} onCancel={cancel} />;
}

interface Props {
  model: Model;
  version: Version;
  onChanged: () => void;
}

// How good a version is, on what data, and how that went over the versions.
export function EvaluatePart({ model, version, onChanged }: Props) {
  const { query } = usePlace();
  const { data, error, reload } = useLoad(`evaluations ${model.reference}`, (signal) => listEvaluations(model.reference, signal), true);
  const address = (values: { version?: number; evaluation?: string; job?: string }) => withQuery(modelPage(model), { tab: "evaluate", version: version.version, ...values });
  const linkTo = (one: Evaluation) => address({ version: one.version, evaluation: one.evaluation });
  const changed = () => { forgetList(); reload(); onChanged(); };
  const done = (evaluation: string) => {
    changed();
    navigate(address({ evaluation }), "replace");
  };
  const job = query.get("job");
  const evaluations = data ?? [];
  const selected = evaluations.find((one) => one.evaluation === query.get("evaluation")) ?? evaluations.find((one) => one.version === version.version);
  return (
    <>
      {job && <Live key={job} id={job} onDone={done} />}
      {error && <Problem error={error} onRetry={reload} />}
      {data && <EvaluateForm model={model} version={version} evaluations={evaluations} onStarted={(started) => navigate(address({ job: started }))} onKnown={(one) => navigate(linkTo(one))} />}
      {selected && <EvaluationView key={selected.evaluation} id={selected.evaluation} trend={<EvaluationTrend evaluations={overVersions(evaluations, selected.data.digest ?? "")} selected={selected.evaluation} linkTo={linkTo} />} />}
      {evaluations.length > 0 && <EvaluationList evaluations={evaluations} selected={selected?.evaluation} linkTo={linkTo} onChanged={changed} />}
    </>
  );
}
