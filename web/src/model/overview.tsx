import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { versionApi } from "../api/paths";
import type { Model, Version } from "../api/types";
import { counted, formatPercent, formatScore } from "../base/format";
import { Sparkline } from "../ui/line-chart";
import { Problem } from "../ui/problem";
import { About } from "./about";
import { flatten } from "./flatten";
import { learnedOf } from "./learned";
import { LearnedView } from "./learned-view";
import { Tags } from "./tags";
import { useVersions } from "./trends";

function Notes({ model, version, onChanged }: { model: Model; version: Version; onChanged: () => void }) {
  const [text, setText] = useState<string>();
  const [label, setLabel] = useState(version.label ?? "");
  const [error, setError] = useState<Error>();
  const save = (event: Event) => {
    event.preventDefault();
    const changes = label.trim() === (version.label ?? "") ? { notes: text } : { notes: text, label: label.trim() || null };
    ask(versionApi(model, version.version), { method: "PATCH", json: changes }).then(() => { setText(undefined); onChanged(); }, setError);
  };
  if (text === undefined) {
    return (
      <section class="sheet stack">
        <div class="row"><h2>Notes on v{version.version}</h2><button type="button" class="button tight push" onClick={() => setText(version.notes ?? "")}>{version.notes ? "Change" : "Write some"}</button></div>
        {version.notes ? <p class="break pre-line">{version.notes}</p> : <p class="muted small">What is different about this version? The files never change; notes may.</p>}
      </section>
    );
  }
  return (
    <form class="sheet stack" onSubmit={save}>
      <label class="field"><h2>Notes on v{version.version}</h2><textarea value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
      <label class="field"><span>Label <span class="muted">another name for v{version.version}, such as v1.1</span></span><input class="input" value={label} maxLength={128} onInput={(event) => setLabel(event.currentTarget.value)} /></label>
      {error && <Problem error={error} />}
      <div class="row"><button type="submit" class="button main">Save</button><button type="button" class="button" onClick={() => setText(undefined)}>Cancel</button></div>
    </form>
  );
}

const kSparkVersions = 50;

function Figure({ title, text, run }: { title: string; text: string; run?: ReadonlyArray<number | undefined> }) {
  return <div class="figure"><dt>{title}</dt><dd>{text}</dd>{run && <dd class="spark-box"><Sparkline values={run} /></dd>}</div>;
}

export function Overview({ model, version, onChanged }: { model: Model; version: Version; onChanged: () => void }) {
  const { accuracy, f1_score, f1, precision, recall } = version.metrics;
  const { data: versions = [] } = useVersions(model, kSparkVersions);
  const runOf = (...names: string[]) => versions.map((one) => names.map((name) => one.metrics[name]).find((value) => value !== undefined));
  const threshold = version.metadata?.threshold ?? (version.is_current ? model.threshold : undefined);
  const rows = flatten(version.metadata ?? {}).filter(([path]) => !(model.kind === "text-classifier" && path === "labels"));
  const learned = model.kind === "text-classifier" ? learnedOf(version) : undefined;
  const origin = version.origin ? flatten(version.origin) : [];
  return (
    <>
      <section class="sheet" aria-label="Figures">
        <dl class="figures">
          <Figure title="Accuracy" text={formatPercent(accuracy)} run={runOf("accuracy")} />
          <Figure title="F1 score" text={formatScore(f1_score ?? f1)} run={runOf("f1_score", "f1")} />
          <Figure title="Precision" text={formatPercent(precision)} run={runOf("precision")} />
          <Figure title="Recall" text={formatPercent(recall)} run={runOf("recall")} />
          {learned ? <Figure title="Calibration error" text={formatPercent(version.metrics.calibration_error)} run={runOf("calibration_error")} /> : <Figure title="Threshold" text={typeof threshold === "number" ? formatScore(threshold, 2) : "–"} />}
        </dl>
      </section>
      {!model.has_onnx && version.is_current && model.kind === "wake-word" && (
        <p class="muted small">There is no ONNX export of this version. <a href="/help/onnx-export">Why, and what to do</a></p>
      )}
      {learned && <LearnedView key={version.version} learned={learned} />}
      <About model={model} onChanged={onChanged} />
      <Notes key={version.version} model={model} version={version} onChanged={onChanged} />
      <Tags model={model} onChanged={onChanged} />
      <section class="sheet stack">
        <h2>Metadata</h2>
        {rows.length === 0 ? <p class="muted small">This version came without metadata.</p> : <dl class="facts">{rows.map(([path, text]) => [<dt key={path} class="mono">{path}</dt>, <dd key={`${path}=`}>{text}</dd>])}</dl>}
        {rows.length > 0 && <p class="muted small">{counted(rows.length, "value")}</p>}
      </section>
      {origin.length > 0 && <section class="sheet stack"><h2>Where it came from</h2><dl class="facts">{origin.map(([path, text]) => [<dt key={path}>{path}</dt>, <dd key={`${path}=`}>{text}</dd>])}</dl></section>}
    </>
  );
}
