import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Diff } from "../api/types";
import { counted, formatBytes, formatCount, formatScore, formatShape, formatSigned, shortDigest } from "../base/format";
import { flatten } from "../model/flatten";
import { Empty } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { differences, sideNames, verdict } from "./compare";

const kSigns = { better: "↑ better", worse: "↓ worse", same: "" } as const;
// More would take longer to draw than anybody reads.
const kFirstTensors = 200;
const kChangeLook: Record<string, string> = { added: "chip good", gone: "chip danger", changed: "chip brass", same: "chip" };

const valueText = (value: unknown): string => (value === undefined ? "–" : flatten(value).map(([path, text]) => (path ? `${path}: ${text}` : text)).join(", "));
const Change = ({ kind }: { kind: string | undefined }) => <span class={kChangeLook[kind ?? "same"] ?? "chip"}>{kind}</span>;

function Part({ title, count, tools, children }: { title: string; count: string; tools?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="sheet flush">
      <header><h2>{title}</h2><span class="muted small">{count}</span>{tools}</header>
      <ScrollX label={title}>{children}</ScrollX>
    </section>
  );
}

function MetricRows({ diff, all }: { diff: Diff; all: boolean }) {
  const names = sideNames(diff);
  const rows = diff.metrics.filter((row) => all || row.from !== row.to);
  if (rows.length === 0) return null;
  return (
    <Part title="Metrics" count={counted(differences(diff).metrics, "difference")}>
      <table>
        <thead><tr><th scope="col">Metric</th><th scope="col" class="number">{names.from}</th><th scope="col" class="number">{names.to}</th><th scope="col" class="number">Change</th></tr></thead>
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
  const names = sideNames(diff);
  const rows = diff.files.filter((row) => all || row.change !== "same");
  if (rows.length === 0) return null;
  return (
    <Part title="Files" count={`${counted(differences(diff).files, "difference")} · ${formatBytes(diff.shared_bytes)} in both`}>
      <table>
        <thead><tr><th scope="col">Path</th><th scope="col">Change</th><th scope="col" class="number">{names.from}</th><th scope="col" class="number">{names.to}</th><th scope="col">SHA-256</th></tr></thead>
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
  const names = sideNames(diff);
  const { added = [], gone = [] } = diff.labels;
  if (diff.metadata.length === 0 && added.length + gone.length === 0) return null;
  return (
    <Part title="Metadata" count={counted(diff.metadata.length, "difference")}>
      <table>
        <thead><tr><th scope="col">Path</th><th scope="col">{names.from}</th><th scope="col">{names.to}</th></tr></thead>
        <tbody>
          {diff.metadata.map((row) => <tr key={row.path}><th scope="row" class="mono">{row.path}</th><td class="break">{valueText(row.from)}</td><td class="break">{valueText(row.to)}</td></tr>)}
          {added.length + gone.length > 0 && <tr><th scope="row">Labels</th><td colSpan={2}><span class="row">{added.map((label) => <span key={label} class="chip good">+ {label}</span>)}{gone.map((label) => <span key={label} class="chip danger">− {label}</span>)}</span></td></tr>}
        </tbody>
      </table>
    </Part>
  );
}

const normOf = (row: Diff["tensors"][number]): number => row.relative_norm ?? (row.change === "same" ? -1 : Infinity);

function TensorRows({ diff, all }: { diff: Diff; all: boolean }) {
  const [most, setMost] = useState(kFirstTensors);
  const [byChange, setByChange] = useState(false);
  const shown = diff.tensors.filter((row) => all || row.change !== "same");
  if (shown.length === 0) return null;
  const rows = byChange ? [...shown].sort((a, b) => normOf(b) - normOf(a)) : shown;
  const largest = Math.max(0, ...shown.map((row) => row.relative_norm ?? 0));
  const { same = 0, changed = 0, added = 0, gone = 0 } = diff.tensor_counts ?? {};
  const order = <label class="check push"><input type="checkbox" checked={byChange} onChange={(event) => setByChange(event.currentTarget.checked)} />Largest change first</label>;
  return (
    <Part title="Tensors" count={`${changed} changed · ${added} added · ${gone} gone · ${same} the same`} tools={order}>
      <table>
        <thead><tr><th scope="col">Tensor</th><th scope="col">Change</th><th scope="col">Shape</th><th scope="col" class="number" title="‖a−b‖ / ‖a‖">Relative norm</th><th scope="col" class="number">Cosine</th></tr></thead>
        <tbody>
          {rows.slice(0, most).map((row) => (
            <tr key={`${row.file} ${row.name}`} class={row.change === "same" ? "same" : undefined}>
              <th scope="row" class="mono break">{row.name}</th><td><Change kind={row.change} />{row.note && <span class="muted small"> {row.note}</span>}</td>
              <td class="mono">{[row.from_shape, row.to_shape].filter((shape) => shape !== undefined).map(formatShape).filter((text, at, texts) => texts.indexOf(text) === at).join(" → ")}</td>
              <td class="number weighed">{row.relative_norm != null && <span class="bar" aria-hidden="true"><span style={{ width: `${largest > 0 ? (row.relative_norm / largest) * 100 : 0}%` }} /></span>}{formatScore(row.relative_norm, 4)}</td>
              <td class="number">{formatScore(row.cosine, 5)}</td>
            </tr>
          ))}
        </tbody>
        {rows.length > most && <tfoot><tr><td colSpan={5}><button type="button" class="button tight" onClick={() => setMost(Infinity)}>Show the other {formatCount(rows.length - most)}</button></td></tr></tfoot>}
      </table>
    </Part>
  );
}

// How much differs, before what differs.
function Summary({ diff }: { diff: Diff }) {
  const counts = differences(diff);
  const judged = diff.metrics.map((row) => verdict(row.name ?? "", row.from, row.to));
  const better = judged.filter((one) => one === "better").length;
  const worse = judged.filter((one) => one === "worse").length;
  const { same = 0 } = diff.tensor_counts ?? {};
  return (
    <section class="sheet" aria-label="How much differs">
      <dl class="figures">
        <div class="figure"><dt>Metrics</dt><dd>{counts.metrics === 0 ? "the same" : <><span class={better > 0 ? "better" : "muted"}>{better} better</span>, <span class={worse > 0 ? "worse" : "muted"}>{worse} worse</span></>}</dd></div>
        <div class="figure"><dt>Tensors</dt><dd>{counts.tensors === 0 ? "the same" : `${formatCount(counts.tensors)} of ${formatCount(counts.tensors + same)} differ`}</dd></div>
        <div class="figure"><dt>Files</dt><dd>{counts.files === 0 ? "the same" : `${counted(counts.files, "differs", "differ")}`}</dd></div>
        <div class="figure"><dt>Metadata</dt><dd>{counts.metadata === 0 ? "the same" : `${counted(counts.metadata, "value")}`}</dd></div>
        <div class="figure"><dt>Bytes in both</dt><dd>{formatBytes(diff.shared_bytes)}</dd></div>
      </dl>
    </section>
  );
}

export function DiffView({ diff, all }: { diff: Diff; all: boolean }) {
  const counts = differences(diff);
  if (!all && counts.files + counts.metadata + counts.metrics + counts.tensors === 0) return <Empty icon="check"><p>Both hold the same files, metadata and metrics.</p></Empty>;
  return (
    <>
      <Summary diff={diff} />
      <MetricRows diff={diff} all={all} />
      <FileRows diff={diff} all={all} />
      <MetadataRows diff={diff} />
      <TensorRows diff={diff} all={all} />
    </>
  );
}
