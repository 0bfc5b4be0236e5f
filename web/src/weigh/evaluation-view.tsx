import type { ComponentChildren } from "preact";
import { ask } from "../api/client";
import type { Evaluation } from "../api/types";
import { counted, formatDateTime, formatPercent, shortDigest } from "../base/format";
import { useLoad } from "../base/use-load";
import { CopyButton } from "../ui/copy";
import { Note, Problem } from "../ui/problem";
import { Calibration } from "./calibration";
import { ClassBars } from "./class-bars";
import { ConfusionMatrix } from "./confusion-matrix";
import { ShareFigure } from "./figures";
import { Mistakes } from "./mistakes";
import { dataName, summaryOf } from "./summary";

export const speedText = (milliseconds: number): string => `${milliseconds < 0.1 ? milliseconds.toFixed(3) : milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;

// From here on the server keeps the figures from becoming the version's own.
const kMuchOverlap = 0.02;

function Head({ evaluation }: { evaluation: Evaluation }) {
  const summary = summaryOf(evaluation);
  const digest = evaluation.data.digest ?? "";
  return (
    <section class="sheet stack wide" aria-labelledby="evaluation-head">
      <div class="row">
        <h2 id="evaluation-head">v{evaluation.version} on {dataName(evaluation)}</h2>
        <span class="muted small push">{formatDateTime(evaluation.created_at)} · {evaluation.created_by}</span>
      </div>
      <dl class="figures">
        <ShareFigure title="Accuracy" value={summary.accuracy} interval={summary.intervals?.accuracy} />
        <ShareFigure title="Macro F1" value={summary.macro_f1} interval={summary.intervals?.macro_f1} />
        <div class="figure"><dt title="How far scores and results lie apart on average">Calibration error</dt><dd>{formatPercent(summary.calibration_error)}</dd></div>
        <div class="figure"><dt>Time a text</dt><dd>{summary.latency_ms ? speedText(summary.latency_ms.p50) : "–"}</dd>{summary.latency_ms && <dd class="muted beside">{speedText(summary.latency_ms.p95)} at p95</dd>}</div>
      </dl>
      <p class="row muted small">{counted(evaluation.items, "item")} · the spans hold the figure in 95 of 100 cases · data <span class="mono">{shortDigest(digest)}</span><CopyButton text={digest} label="Copy the digest of the data" /></p>
      {(summary.warnings ?? []).map((warning) => <Note key={warning.code + warning.message} tone={warning.code === "overlap" && (summary.overlap?.share ?? 0) > kMuchOverlap ? "danger" : "brass"}><p>{warning.message}</p></Note>)}
    </section>
  );
}

// One evaluation in full: how good, how honest, where it fails, and the items it failed at.
export function EvaluationView({ id, trend }: { id: string; trend: ComponentChildren }) {
  const { data, error, reload } = useLoad(`evaluation ${id}`, (signal) => ask<Evaluation>(`/api/evaluations/${encodeURIComponent(id)}`, { signal }), true);
  if (error) return <Problem error={error} onRetry={reload} />;
  if (!data) return <p class="muted" role="status">Fetching the evaluation…</p>;
  const { classes = [], confusion = [], reliability = [] } = summaryOf(data);
  return (
    <>
      <Head evaluation={data} />
      {trend}
      <ClassBars classes={classes} />
      <ConfusionMatrix cells={confusion} labels={classes.map(({ label }) => label)} />
      <Mistakes evaluation={data.evaluation} cells={confusion} />
      <Calibration bins={reliability} />
    </>
  );
}
