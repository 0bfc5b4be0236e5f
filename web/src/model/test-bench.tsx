import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Model } from "../api/types";
import { formatPercent } from "../base/format";
import { Problem } from "../ui/problem";

interface Verdict {
  detected: boolean;
  confidence: number;
  threshold: number;
}

// One recording against the model, by the route that wake words are tested with.
export function TestBench({ model }: { model: Model }) {
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
