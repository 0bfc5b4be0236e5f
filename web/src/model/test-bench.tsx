import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Model, Version } from "../api/types";
import { formatPercent } from "../base/format";
import { isTextClassifier } from "../models/trying";
import { TryText } from "../try/try-text";
import { Problem } from "../ui/problem";

interface Verdict {
  detected: boolean;
  confidence: number;
  threshold: number;
}

// What the model says of something that one has at hand: a text, or a recording.
export function TestBench({ model, version }: { model: Model; version: Version }) {
  return isTextClassifier(model) ? <TryText key={version.version} model={model} version={version} /> : <Recording model={model} />;
}

// One recording against the model, by the route that wake words are tested with.
function Recording({ model }: { model: Model }) {
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const [error, setError] = useState<Error>();
  const listen = (event: Event) => {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (!file) return;
    const body = new FormData();
    body.append("audio", file);
    body.append("model_id", model.name);
    setBusy(true);
    setError(undefined);
    setVerdict(undefined);
    ask<Verdict>("/api/test/file", { method: "POST", body }).then(setVerdict, setError).finally(() => setBusy(false));
  };
  return (
    <section class="sheet stack">
      <h2>Test on a recording</h2>
      <label class="field"><span>Recording</span><input class="input" type="file" accept="audio/*,.wav,.flac" disabled={busy} onChange={listen} /></label>
      {busy && <p class="muted" role="status">Listening…</p>}
      {error && <Problem error={error} />}
      {verdict && (
        <dl class="figures" role="status">
          <div class="figure"><dt>Heard</dt><dd>{verdict.detected ? "Yes" : "No"}</dd></div>
          <div class="figure"><dt>Confidence</dt><dd>{formatPercent(verdict.confidence)}</dd></div>
          <div class="figure"><dt>Threshold</dt><dd>{formatPercent(verdict.threshold)}</dd></div>
        </dl>
      )}
    </section>
  );
}
