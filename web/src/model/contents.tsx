import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { versionApi } from "../api/paths";
import type { Model, Port, Report, Version } from "../api/types";
import { counted, formatBytes, formatCount, formatShape, formatShort } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Icon } from "../ui/icons";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { VirtualList } from "../ui/virtual-list";
import { Findings } from "./findings";

const kMostTensors = 10_000;
const kTensorRow = 34;

const kLevels: Record<Report["level"], [word: string, look: string]> = {
  "data-only": ["This format carries data only", "chip good"],
  "code-bearing": ["This format can carry code", "chip brass"],
  malformed: ["Malformed", "chip danger"],
  unknown: ["Format not known here", "chip"],
};

function Ports({ title, ports }: { title: string; ports: readonly Port[] | undefined }) {
  if (!ports?.length) return null;
  return (
    <ScrollX label={title}>
      <table>
        <caption class="unseen">{title}</caption>
        <thead><tr><th scope="col">{title}</th><th scope="col">Type</th><th scope="col">Shape</th></tr></thead>
        <tbody>{ports.map((port) => <tr key={port.name}><th scope="row" class="mono">{port.name}</th><td>{port.type}</td><td class="mono">{formatShape(port.shape ?? [])}</td></tr>)}</tbody>
      </table>
    </ScrollX>
  );
}

function Facts({ report }: { report: Report }) {
  const facts: Array<[string, string]> = [
    ...Object.entries(report.opsets ?? {}).map(([domain, version]): [string, string] => [`Opset ${domain || "ai.onnx"}`, String(version)]),
    ...(report.metadata ?? []).map((row): [string, string] => [row.key ?? "", row.value ?? ""]),
  ];
  const operators = Object.entries(report.operators ?? {}).sort(([, a], [, b]) => b - a);
  return (
    <>
      {facts.length > 0 && <dl class="facts">{facts.map(([key, value]) => [<dt key={key} class="mono">{key}</dt>, <dd key={`${key}=`}>{value}</dd>])}</dl>}
      {operators.length > 0 && <p class="row">{operators.map(([name, count]) => <span key={name} class="chip">{name} × {count}</span>)}</p>}
    </>
  );
}

function Entries({ report }: { report: Report }) {
  const entries = report.entries ?? [];
  if (entries.length === 0) return null;
  return (
    <details>
      <summary>{counted(entries.length, "entry", "entries")} in the archive</summary>
      <ScrollX label="Entries">
        <table>
          <thead><tr><th scope="col">Entry</th><th scope="col" class="number">Size</th><th scope="col" class="number">Stored</th></tr></thead>
          <tbody>{entries.map((entry) => <tr key={entry.name}><th scope="row" class="mono break">{entry.name}</th><td class="number">{formatBytes(entry.size_bytes ?? 0)}</td><td class="number">{formatBytes(entry.stored_bytes ?? 0)}</td></tr>)}</tbody>
        </table>
      </ScrollX>
    </details>
  );
}

function Tensors({ report, search, onSearch }: { report: Report; search: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(search);
  if (report.tensor_count === 0) return null;
  const { tensors } = report;
  return (
    <div class="tensors">
      <form class="row" role="search" onSubmit={(event) => { event.preventDefault(); onSearch(text.trim()); }}>
        <h3>{counted(report.tensor_count, "tensor")}, {formatShort(report.parameters)} parameters</h3>
        <label class="search push"><Icon name="search" /><span class="unseen">Search tensors</span><input class="input" type="search" placeholder="Search tensors" value={text} onInput={(event) => { setText(event.currentTarget.value); if (event.currentTarget.value === "") onSearch(""); }} /></label>
      </form>
      {search !== "" && <p class="muted small">{formatCount(tensors.length)} with “{search}” in the name</p>}
      <div role="table" aria-label="Tensors" aria-rowcount={tensors.length + 1}>
      <div role="rowgroup"><div role="row" class="tensor-row head"><span role="columnheader">Name</span><span role="columnheader">Type</span><span role="columnheader">Shape</span><span role="columnheader" class="number">Size</span></div></div>
      <VirtualList as="table" label="Tensors" count={tensors.length} rowHeight={kTensorRow} leastWidth={0} gap={0} onRange={() => undefined}
        render={(index) => {
          const tensor = tensors[index]!;
          return (
            <div class="tensor-row">
              <span role="cell" class="mono" title={tensor.name}>{tensor.name}</span>
              <span role="cell">{tensor.type}</span>
              <span role="cell" class="mono">{formatShape(tensor.shape)}</span>
              <span role="cell" class="number">{formatBytes(tensor.size_bytes)}</span>
            </div>
          );
        }} />
      </div>
    </div>
  );
}

// What the headers of the files say. Nothing was run to learn it.
export function Contents({ model, version }: { model: Model; version: Version }) {
  const { path: page, query } = usePlace();
  const search = query.get("tensor") ?? "";
  const address = `${versionApi(model, version.version)}/report`;
  const { data, error, loading, reload } = useLoad(`${address} ${search}`, (signal) => ask<{ reports: Report[] }>(address, { query: { tensors: kMostTensors, search }, signal }), true);
  const reports = data?.reports ?? [];
  const chosen = reports.find((report) => report.path === query.get("file")) ?? reports.find((report) => report.tensor_count > 0) ?? reports[0];
  const go = (values: Record<string, string | undefined>) => withQuery(page, { tab: "contents", version: query.get("version"), file: query.get("file"), tensor: search, ...values });

  if (error) return <Problem error={error} onRetry={reload} />;
  if (!chosen) return loading ? <p class="muted">Looking inside…</p> : <Empty icon="file"><p>There is nothing in this version that can be looked into.</p></Empty>;
  const [level, look] = kLevels[chosen.level];
  return (
    <section class="sheet stack" aria-label="What is inside">
      {reports.length > 1 && (
        <nav class="row" aria-label="Files">
          {reports.map((report) => <a key={report.path} class={report === chosen ? "chip accent" : "chip outline"} aria-current={report === chosen ? "true" : undefined} href={go({ file: report.path, tensor: undefined })}>{report.path}</a>)}
        </nav>
      )}
      <div class="row"><h2 class="break">{chosen.path}</h2><span class={look}>{level}</span><span class="chip">{chosen.format}</span></div>
      <p>{chosen.summary}</p>
      {chosen.findings.length > 0 ? <Findings findings={chosen.findings} /> : <p class="muted small">Nothing unusual was seen in the headers. That is all that looking can say.</p>}
      <Ports title="Inputs" ports={chosen.inputs} />
      <Ports title="Outputs" ports={chosen.outputs} />
      <Facts report={chosen} />
      <Tensors key={chosen.path} report={chosen} search={search} onSearch={(tensor) => navigate(go({ tensor }), "replace")} />
      <Entries report={chosen} />
    </section>
  );
}
