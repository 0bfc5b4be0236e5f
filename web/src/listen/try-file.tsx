import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { formatPercent } from "../base/format";
import { Problem } from "../ui/problem";

interface Verdict {
  detected: boolean;
  confidence: number;
  threshold: number;
  processing_time_ms: number;
}

// A recording against the model. Asked again when the threshold moves: the figure stays, the word may change.
export function TryFile({ model, threshold, onnx }: { model: string; threshold: number; onnx: boolean }) {
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<{ name: string; said: Verdict }>();
  const [error, setError] = useState<Error>();
  const listen = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const file = field.files?.[0];
    if (!file) return;
    const body = new FormData();
    body.append("audio", file);
    body.append("model_id", model);
    body.append("use_onnx", String(onnx));
    setBusy(true);
    setError(undefined);
    setVerdict(undefined);
    ask<Verdict>("/api/test/file", { method: "POST", body })
      .then((said) => setVerdict({ name: file.name, said }), setError)
      .finally(() => { setBusy(false); field.value = ""; });
  };
  const heard = verdict && verdict.said.confidence >= threshold;
  return (
    <section class="sheet stack" aria-labelledby="try-file-head">
      <h2 id="try-file-head">On a recording</h2>
      <label class="field"><span>Recording <span class="muted">WAV, FLAC, Ogg or MP3, up to 10 seconds</span></span><input class="input" type="file" accept="audio/*,.wav,.flac,.ogg,.mp3" disabled={busy} onChange={listen} /></label>
      {busy && <p class="muted" role="status">Listening…</p>}
      {error && <Problem error={error} />}
      {verdict && (
        <div role="status" class="stack">
          <p class="verdict">{heard ? "Heard" : "Not heard"}<span>{formatPercent(verdict.said.confidence)}</span></p>
          <p class="muted small">{verdict.name}, against a threshold of {formatPercent(threshold)}; the answer took {verdict.said.processing_time_ms.toFixed(0)} ms.</p>
        </div>
      )}
    </section>
  );
}
