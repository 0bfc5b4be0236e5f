import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { fileApi, modelApi } from "../api/paths";
import type { Model, Version } from "../api/types";
import { counted, formatBytes } from "../base/format";
import { useLoad } from "../base/use-load";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { reportOf, sourceText, type WakeReport } from "./report";
import { ThresholdChart } from "./threshold-chart";
import { TradeOffChart } from "./trade-off-chart";
import { EpochCurves } from "./training-view";
import type { EpochRow } from "./wake-word";
import "../styles/listen.css";

type History = Partial<Record<Exclude<keyof EpochRow, "epoch">, number[]>>;

function rowsOf(history: History): EpochRow[] {
  const at = (key: keyof History, index: number) => history[key]?.[index] ?? NaN;
  return (history.train_loss ?? []).map((_, index) => ({
    epoch: index + 1,
    train_loss: at("train_loss", index),
    train_accuracy: at("train_accuracy", index),
    val_loss: at("val_loss", index),
    val_accuracy: at("val_accuracy", index),
    val_f1: at("val_f1", index),
  }));
}

function Curves({ model, version }: { model: Model; version: Version }) {
  const path = (version.files ?? []).find((file) => file.path === "training_history.json")?.path;
  const address = fileApi(model, version.version, path ?? "");
  const history = useLoad(address, (signal) => (path ? ask<History>(address, { signal }) : Promise.resolve({})));
  const rows = rowsOf(history.data ?? {});
  if (rows.length < 2) return null;
  return <section class="sheet stack" aria-labelledby="curves-head"><h2 id="curves-head">How it learned</h2><EpochCurves rows={rows} /></section>;
}

function Recordings({ model, version }: { model: Model; version: Version }) {
  const files = (version.files ?? []).filter((file) => file.path.startsWith("recordings/"));
  if (files.length === 0) return null;
  return (
    <section class="sheet stack" aria-labelledby="recordings-head">
      <h2 id="recordings-head">{counted(files.length, "recording")}</h2>
      <ul class="takes">
        {files.map((file) => <li key={file.path} class="row"><span class="mono small">{file.path.slice("recordings/".length)}</span><audio class="push" controls preload="none" src={fileApi(model, version.version, file.path)} aria-label={file.path} /></li>)}
      </ul>
    </section>
  );
}

interface Exported {
  onnx_size_bytes?: number;
}

function Onnx({ model, onChanged }: { model: Model; onChanged: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const run = (method: "POST" | "DELETE", path: string, done: (answer: Exported) => string) => () => {
    setBusy(true);
    setError(undefined);
    ask<Exported>(`${modelApi(model)}/${path}`, { method }).then((answer) => { toast(done(answer)); onChanged(); }, setError).finally(() => setBusy(false));
  };
  return (
    <section class="sheet stack" aria-labelledby="onnx-head">
      <h2 id="onnx-head">ONNX</h2>
      <p class="muted small">{model.has_onnx ? `One file of ${formatBytes(model.onnx_size_bytes ?? 0)} that takes sound and needs nothing else; it is in the download.` : "For devices and other programs: one file that takes sound and needs nothing else."}</p>
      {error && <Problem error={error} />}
      <div class="row">
        {model.has_onnx
          ? <button type="button" class="button plain warns" disabled={busy} onClick={run("DELETE", "onnx", () => "The ONNX file is gone; it can be made again.")}><Icon name="trash" />Remove it</button>
          : <button type="button" class="button" disabled={busy} onClick={run("POST", "export-onnx", () => "The ONNX file is there.")}><Icon name="download" />{busy ? "Writing it…" : "Export it"}</button>}
      </div>
    </section>
  );
}

function Data({ report }: { report: WakeReport }) {
  const { counts } = report;
  return (
    <section class="sheet stack" aria-labelledby="data-head">
      <h2 id="data-head">What it learned from</h2>
      <dl class="figures">
        <div class="figure"><dt>Recordings</dt><dd>{counted(counts.recordings, "recording")}</dd></div>
        <div class="figure"><dt>Examples of the word</dt><dd>{counts.positives.toLocaleString("en-GB")}</dd></div>
        <div class="figure"><dt>Examples of other sound</dt><dd>{counts.negatives.toLocaleString("en-GB")}</dd></div>
      </dl>
      {report.hours.length > 0 && <p class="muted small">Without the word: {report.hours.map(([source, hours]) => `${(hours * 60).toFixed(0)} minutes of ${sourceText(source)}`).join(", ")}.</p>}
      {report.base && <p class="muted small">On the base {report.base}.</p>}
    </section>
  );
}

// All that the training of a wake word found out about it.
export function WakeReportView({ model, version, onChanged }: { model: Model; version: Version; onChanged: () => void }) {
  const report = reportOf(version);
  return (
    <>
      {report && (
        <section class="sheet stack" aria-labelledby="threshold-head">
          <h2 id="threshold-head">The threshold</h2>
          {report.reason && <p class="muted small">{report.reason}</p>}
          <ThresholdChart key={version.version} report={report} />
          <TradeOffChart curve={report.curve} threshold={report.threshold} />
          {report.measuredOn && <p class="muted small">Measured on {report.measuredOn}.</p>}
        </section>
      )}
      <Curves model={model} version={version} />
      {report && <Data report={report} />}
      <Recordings model={model} version={version} />
      {version.is_current && <Onnx model={model} onChanged={onChanged} />}
    </>
  );
}
