import { ask } from "../api/client";
import { versionApi } from "../api/paths";
import type { Metric, Model, Version } from "../api/types";
import { formatDateTime, formatScore } from "../base/format";
import { useLoad } from "../base/use-load";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { Trends } from "./trends";

export function Metrics({ model, version }: { model: Model; version: Version }) {
  const address = `${versionApi(model, version.version)}/metrics`;
  const { data, error, loading, reload } = useLoad(address, (signal) => ask<{ metrics: Metric[] }>(address, { signal }), true);
  if (error) return <Problem error={error} onRetry={reload} />;
  const rows = data?.metrics ?? [];
  if (rows.length === 0) return loading ? <p class="muted">Loading…</p> : <Empty icon="scale"><p>Nothing was measured on this version yet. Metrics come with the metadata, or by <code>POST {address}</code>.</p></Empty>;
  const shows = (field: keyof Metric) => rows.some((row) => row[field] !== undefined && row[field] !== null && row[field] !== "");
  const optional = ([["class", "Class"], ["slice", "Slice"], ["threshold", "Threshold"], ["step", "Step"], ["evaluation", "Evaluation"]] as const).filter(([field]) => shows(field));
  return (
    <>
      <Trends model={model} selected={version.version} />
      <section class="sheet flush" aria-labelledby="metrics-head">
        <header><h2 id="metrics-head">Everything measured on v{version.version}</h2></header>
        <ScrollX label="Metrics">
          <table>
            <thead><tr><th scope="col">Metric</th><th scope="col" class="number">Value</th>{optional.map(([field, title]) => <th key={field} scope="col">{title}</th>)}<th scope="col">Measured</th></tr></thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  <th scope="row">{row.name}</th>
                  <td class="number"><b>{formatScore(row.value, 4)}</b></td>
                  {optional.map(([field]) => <td key={field}>{row[field] ?? ""}</td>)}
                  <td class="muted">{formatDateTime(row.created_at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </section>
    </>
  );
}
