import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage, type ModelKey } from "../api/paths";
import type { Diff, Version } from "../api/types";
import { counted, formatBytes, formatCount, formatScore, formatShape, formatSigned, shortDigest } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { withQuery, type Params } from "../base/route";
import { useLoad } from "../base/use-load";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { differences, sideName, verdict } from "./compare";
import { flatten } from "./flatten";

const kSigns = { better: "↑ better", worse: "↓ worse", same: "" } as const;
// More would take longer to draw than anybody reads.
const kFirstTensors = 200;
const kChangeLook: Record<string, string> = { added: "chip good", gone: "chip danger", changed: "chip brass", same: "chip" };

const valueText = (value: unknown): string => (value === undefined ? "–" : flatten(value).map(([path, text]) => (path ? `${path}: ${text}` : text)).join(", "));
const Change = ({ kind }: { kind: string | undefined }) => <span class={kChangeLook[kind ?? "same"] ?? "chip"}>{kind}</span>;

function Part({ title, count, children }: { title: string; count: string; children: ComponentChildren }) {
  return (
    <section class="sheet flush">
      <header><h2>{title}</h2><span class="muted small">{count}</span></header>
      <ScrollX label={title}>{children}</ScrollX>
    </section>
  );
}

function MetricRows({ diff, all }: { diff: Diff; all: boolean }) {
  const rows = diff.metrics.filter((row) => all || row.from !== row.to);
  if (rows.length === 0) return null;
  return (
    <Part title="Metrics" count={counted(differences(diff).metrics, "difference")}>
      <table>
        <thead><tr><th scope="col">Metric</th><th scope="col" class="number">{sideName(diff.from)}</th><th scope="col" class="number">{sideName(diff.to)}</th><th scope="col" class="number">Change</th></tr></thead>
        <tbody>
          {rows.map((row) => {
            const judged = verdict(row.name ?? "", row.from, row.to);
            return (
              <tr key={row.name} class={judged === "same" ? "same" : undefined}>
                <th scope="row">{row.name}</th><td class="number">{formatScore(row.from, 4)}</td><td class="number">{formatScore(row.to, 4)}</td>
                <td class={`number ${judged ?? ""}`}>{row.from != null && row.to != null ? `${formatSigned(row.to - row.from, 4)} ${kSigns[judged!]}` : "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Part>
  );
}

function FileRows({ diff, all }: { diff: Diff; all: boolean }) {
  const rows = diff.files.filter((row) => all || row.change !== "same");
  if (rows.length === 0) return null;
  return (
    <Part title="Files" count={`${counted(differences(diff).files, "difference")} · ${formatBytes(diff.shared_bytes)} in both`}>
      <table>
        <thead><tr><th scope="col">Path</th><th scope="col">Change</th><th scope="col" class="number">{sideName(diff.from)}</th><th scope="col" class="number">{sideName(diff.to)}</th><th scope="col">SHA-256</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path} class={row.change === "same" ? "same" : undefined}>
              <th scope="row" class="break">{row.path}</th><td><Change kind={row.change} /></td>
              <td class="number">{row.from_size_bytes === undefined ? "–" : formatBytes(row.from_size_bytes)}</td>
              <td class="number">{row.to_size_bytes === undefined ? "–" : formatBytes(row.to_size_bytes)}</td>
              <td class="mono small">{[row.from_digest, row.change === "same" ? undefined : row.to_digest].filter((digest) => digest !== undefined).map(shortDigest).join(" → ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function MetadataRows({ diff }: { diff: Diff }) {
  const { added = [], gone = [] } = diff.labels;
  if (diff.metadata.length === 0 && added.length + gone.length === 0) return null;
  return (
    <Part title="Metadata" count={counted(diff.metadata.length, "difference")}>
      <table>
        <thead><tr><th scope="col">Path</th><th scope="col">{sideName(diff.from)}</th><th scope="col">{sideName(diff.to)}</th></tr></thead>
        <tbody>
          {diff.metadata.map((row) => <tr key={row.path}><th scope="row" class="mono">{row.path}</th><td class="break">{valueText(row.from)}</td><td class="break">{valueText(row.to)}</td></tr>)}
          {added.length + gone.length > 0 && <tr><th scope="row">Labels</th><td colSpan={2}><span class="row">{added.map((label) => <span key={label} class="chip good">+ {label}</span>)}{gone.map((label) => <span key={label} class="chip danger">− {label}</span>)}</span></td></tr>}
        </tbody>
      </table>
    </Part>
  );
}

function TensorRows({ diff, all }: { diff: Diff; all: boolean }) {
  const [most, setMost] = useState(kFirstTensors);
  const rows = diff.tensors.filter((row) => all || row.change !== "same");
  if (rows.length === 0) return null;
  const { same = 0, changed = 0, added = 0, gone = 0 } = diff.tensor_counts ?? {};
  return (
    <Part title="Tensors" count={`${changed} changed · ${added} added · ${gone} gone · ${same} the same`}>
      <table>
        <thead><tr><th scope="col">Tensor</th><th scope="col">Change</th><th scope="col">Shape</th><th scope="col" class="number" title="‖a−b‖ / ‖a‖">Relative norm</th><th scope="col" class="number">Cosine</th></tr></thead>
        <tbody>
          {rows.slice(0, most).map((row) => (
            <tr key={`${row.file} ${row.name}`} class={row.change === "same" ? "same" : undefined}>
              <th scope="row" class="mono break">{row.name}</th><td><Change kind={row.change} />{row.note && <span class="muted small"> {row.note}</span>}</td>
              <td class="mono">{[row.from_shape, row.to_shape].filter((shape) => shape !== undefined).map(formatShape).filter((text, at, texts) => texts.indexOf(text) === at).join(" → ")}</td>
              <td class="number">{formatScore(row.relative_norm, 4)}</td><td class="number">{formatScore(row.cosine, 5)}</td>
            </tr>
          ))}
        </tbody>
        {rows.length > most && <tfoot><tr><td colSpan={5}><button type="button" class="button tight" onClick={() => setMost(Infinity)}>Show the other {formatCount(rows.length - most)}</button></td></tr></tfoot>}
      </table>
    </Part>
  );
}

// Two versions, what differs first; everything on request.
export function ComparePage({ params }: { params: Params }) {
  const key: ModelKey = { namespace: params.ns!, name: params.name! };
  const { path, query } = usePlace();
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "current";
  const all = query.get("all") === "1";
  const versions = useLoad(`${path} versions`, (signal) => ask<{ versions: Version[] }>(`${modelApi(key)}/versions`, { query: { length: 1000 }, signal }));
  const diff = useLoad(`${path} ${from} ${to}`, (signal) => (from === "" ? Promise.resolve(undefined) : ask<Diff>(`${modelApi(key)}/diff`, { query: { from, to }, signal })));
  const go = (values: Record<string, string>) => navigate(withQuery(path, { from, to, all: all ? "1" : "", ...values }), "replace");
  const pick = (label: string, name: "from" | "to", value: string) => (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => go({ [name]: event.currentTarget.value })}>
        {!versions.data?.versions.some((version) => String(version.version) === value) && <option value={value}>{value || "choose"}</option>}
        {(versions.data?.versions ?? []).map((version) => <option key={version.version} value={String(version.version)}>v{version.version}{version.label ? ` · ${version.label}` : ""}{version.is_current ? " (current)" : ""}</option>)}
      </select>
    </label>
  );
  const counts = diff.data && differences(diff.data);
  const nothing = counts && counts.files + counts.metadata + counts.metrics + counts.tensors === 0;
  return (
    <Page title={`Compare ${key.name}`} heading={<>Compare versions of <a href={modelPage(key)}>{key.name}</a></>}>
      <div class="stack wide">
        <div class="sheet compare-pick">
          {pick("From", "from", from)}
          <button type="button" class="button plain square" aria-label="Swap" title="Swap" onClick={() => go({ from: to, to: from })}><Icon name="arrow" /></button>
          {pick("To", "to", to)}
          <label class="check push"><input type="checkbox" checked={all} onChange={(event) => go({ all: event.currentTarget.checked ? "1" : "" })} />Also what is the same</label>
        </div>
        {diff.error && <Problem error={diff.error} onRetry={diff.reload} />}
        {diff.loading && from !== "" && <p class="muted" role="status">Comparing…</p>}
        {nothing && <Empty icon="check"><p>The two versions hold the same files, metadata and metrics.</p></Empty>}
        {diff.data && (
          <>
            <MetricRows diff={diff.data} all={all} />
            <FileRows diff={diff.data} all={all} />
            <MetadataRows diff={diff.data} />
            <TensorRows diff={diff.data} all={all} />
          </>
        )}
      </div>
    </Page>
  );
}
