import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelPage } from "../api/paths";
import type { Comparison, Evaluation } from "../api/types";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { JobProgress } from "../jobs/job-progress";
import { useJob } from "../jobs/use-job";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toastError } from "../ui/toast";
import { ComparisonView } from "./comparison-view";
import { knownData, listEvaluations, sharedData, startEvaluation, type KnownData } from "./evaluations";
import { referenceOf, type Side } from "./side";
import "../styles/weigh.css";

interface Props {
  from: Side;
  to: Side;
}

// Data that one of the two was weighed on, with the version that still has to be.
interface Missing {
  side: Side;
  data: KnownData;
}

function missingOf(lists: readonly Evaluation[][], sides: readonly Side[]): Missing[] {
  return lists.flatMap((list, index) => knownData(list).filter((data) => !lists[1 - index]!.some((one) => one.data.digest === data.digest)).map((data) => ({ side: sides[1 - index]!, data }))).slice(0, 4);
}

function Weighing({ id, onDone }: { id: string; onDone: () => void }) {
  const { job, error, cancel } = useJob(id);
  useEffect(() => { if (job?.state === "completed") onDone(); }, [job?.state]);
  if (error) return <Problem error={error} />;
  if (!job || job.state === "completed" || job.state === "cancelled") return null;
  if (job.state === "failed") return <Problem error={new Error(job.error?.message ?? "The evaluation failed and did not say why. The server's log has more.")} />;
  return <JobProgress job={job} title="Evaluating" onCancel={cancel} />;
}

// Two versions on the same data: is the later one better, and which answers changed?
export function CompareAnswers({ from, to }: Props) {
  const { path, query } = usePlace();
  const [job, setJob] = useState<string>();
  const sides = [from, to];
  const lists = useLoad(`both ${referenceOf(from)} ${referenceOf(to)}`, (signal) => Promise.all(sides.map((side) => listEvaluations(referenceOf(side), signal))));
  const shared = lists.data ? sharedData(lists.data) : [];
  const chosen = shared.find((one) => one.digest === query.get("data")) ?? shared[0];
  const pair = chosen?.evaluations.map((one) => one.evaluation) ?? [];
  const result = useLoad(`comparison ${pair.join(" ")}`, (signal) => (pair.length === 2 ? ask<{ comparisons: Comparison[] }>("/api/comparisons", { method: "POST", json: { baseline: pair[0], others: [pair[1]] }, signal }) : Promise.resolve(undefined)), true);
  const comparison = pair.length === 2 ? result.data?.comparisons[0] : undefined;
  const missing = lists.data ? missingOf(lists.data, sides) : [];
  const weigh = ({ side, data }: Missing) => startEvaluation(side.model, side.version.version, data).then((started) => setJob(started.job_id), toastError);
  const choose = (digest: string) => navigate(withQuery(path, { ...Object.fromEntries(query), data: digest }), "replace");
  if (lists.error) return <Problem error={lists.error} onRetry={lists.reload} />;
  if (!lists.data) return <p class="muted" role="status">Looking for evaluations…</p>;
  return (
    <>
      {job && <Weighing key={job} id={job} onDone={() => { setJob(undefined); lists.reload(); }} />}
      {(shared.length > 1 || missing.length > 0 || shared.length === 0) && (
        <section class="sheet row" aria-label="Data to compare on">
          {shared.length > 1 && <label class="row"><span class="small muted">Compared on</span><select value={chosen?.digest} onChange={(event) => choose(event.currentTarget.value)}>{shared.map((one) => <option key={one.digest} value={one.digest}>{one.name || one.digest.slice(7, 19)}</option>)}</select></label>}
          {shared.length === 0 && <p class="small">{missing.length > 0 ? "These two were not weighed on the same data yet." : <>Neither was weighed on test data yet. <a href={withQuery(modelPage(to.model), { tab: "evaluate", version: to.version.version })}>Evaluate {to.title}</a> first; the other follows with one click.</>}</p>}
          {!job && missing.map((one) => <button key={`${one.side.title} ${one.data.digest}`} type="button" class={shared.length === 0 ? "button" : "button tight"} onClick={() => void weigh(one)}><Icon name="play" />Evaluate {one.side.title} on {one.data.name || one.data.digest.slice(7, 19)}</button>)}
        </section>
      )}
      {result.error && <Problem error={result.error} onRetry={result.reload} />}
      {pair.length === 2 && !comparison && !result.error && <p class="muted" role="status">Comparing {chosen!.evaluations[0]!.items} answers…</p>}
      {comparison && <ComparisonView comparison={comparison} from={from} to={to} />}
    </>
  );
}
