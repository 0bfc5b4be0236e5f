import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { versionApi } from "../api/paths";
import type { Model, Version } from "../api/types";
import { counted, formatPercent, formatScore } from "../base/format";
import { withQuery } from "../base/route";
import { CardText } from "./card-text";
import { flatten } from "./flatten";
import { Problem } from "../ui/problem";

function Notes({ model, version, onChanged }: { model: Model; version: Version; onChanged: () => void }) {
  const [text, setText] = useState<string>();
  const [error, setError] = useState<Error>();
  const save = (event: Event) => {
    event.preventDefault();
    ask(versionApi(model, version.version), { method: "PATCH", json: { notes: text } }).then(() => { setText(undefined); onChanged(); }, setError);
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
      {error && <Problem error={error} />}
      <div class="row"><button type="submit" class="button main">Save</button><button type="button" class="button" onClick={() => setText(undefined)}>Cancel</button></div>
    </form>
  );
}

export function Overview({ model, version, onChanged }: { model: Model; version: Version; onChanged: () => void }) {
  const { accuracy, f1_score, f1, precision, recall } = version.metrics;
  const threshold = version.metadata?.threshold ?? (version.is_current ? model.threshold : undefined);
  const rows = flatten(version.metadata ?? {});
  const origin = version.origin ? flatten(version.origin) : [];
  const tags = Object.entries(model.tags);
  return (
    <>
      <section class="sheet" aria-label="Figures">
        <dl class="figures">
          <div class="figure"><dt>Accuracy</dt><dd>{formatPercent(accuracy)}</dd></div>
          <div class="figure"><dt>F1 score</dt><dd>{formatScore(f1_score ?? f1)}</dd></div>
          <div class="figure"><dt>Precision</dt><dd>{formatPercent(precision)}</dd></div>
          <div class="figure"><dt>Recall</dt><dd>{formatPercent(recall)}</dd></div>
          <div class="figure"><dt>Threshold</dt><dd>{typeof threshold === "number" ? formatScore(threshold, 2) : "–"}</dd></div>
        </dl>
      </section>
      {!model.has_onnx && version.is_current && model.kind === "wake-word" && (
        <p class="muted small">There is no ONNX export of this version. <a href="/help/onnx-export">Why, and what to do</a></p>
      )}
      {model.description && <section class="sheet stack"><h2>About</h2><CardText source={model.description} /></section>}
      <Notes key={version.version} model={model} version={version} onChanged={onChanged} />
      {tags.length > 0 && (
        <section class="sheet stack"><h2>Tags</h2><p class="row">{tags.map(([key, value]) => <a key={key} class="chip" href={withQuery("/", { filter: `tag."${key}" = '${value.replace(/'/g, "''")}'` })}>{key} = {value}</a>)}</p></section>
      )}
      <section class="sheet stack">
        <h2>Metadata</h2>
        {rows.length === 0 ? <p class="muted small">This version came without metadata.</p> : <dl class="facts">{rows.map(([path, text]) => [<dt key={path} class="mono">{path}</dt>, <dd key={`${path}=`}>{text}</dd>])}</dl>}
        {rows.length > 0 && <p class="muted small">{counted(rows.length, "value")}</p>}
      </section>
      {origin.length > 0 && <section class="sheet stack"><h2>Where it came from</h2><dl class="facts">{origin.map(([path, text]) => [<dt key={path}>{path}</dt>, <dd key={`${path}=`}>{text}</dd>])}</dl></section>}
    </>
  );
}
