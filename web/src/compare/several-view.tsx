import { ask } from "../api/client";
import { modelPage, versionApi, type ModelKey } from "../api/paths";
import type { Version } from "../api/types";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { sectionsOf, type Section } from "./side-by-side";

function Rows({ section, all, columns }: { section: Section; all: boolean; columns: number }) {
  const rows = section.rows.filter((row) => all || row.differs);
  if (rows.length === 0) return null;
  return (
    <tbody>
      <tr class="section"><th scope="rowgroup" colSpan={columns + 1}>{section.title}</th></tr>
      {rows.map((row) => (
        <tr key={row.name} class={row.differs ? undefined : "same"}>
          <th scope="row" class={section.title === "Metadata" || section.title === "Files" ? "mono break" : undefined}>{row.name}</th>
          {row.cells.map((cell, index) => <td key={index} class={row.best.includes(index) ? "better" : undefined}>{cell}{row.best.includes(index) && <span class="unseen"> (best)</span>}</td>)}
        </tr>
      ))}
    </tbody>
  );
}

// Up to five versions beside one another; the best of each metric stands out.
export function SeveralView({ model, sides, all }: { model: ModelKey; sides: readonly string[]; all: boolean }) {
  const { data, error, reload } = useLoad(`several ${model.namespace}/${model.name} ${sides.join()}`, (signal) => Promise.all(sides.map((side) => ask<Version>(versionApi(model, side), { signal }))), true);
  if (error) return <Problem error={error} onRetry={reload} />;
  if (!data) return <p class="muted" role="status">Fetching the versions…</p>;
  const sections = sectionsOf(data);
  const nothing = !all && sections.every((section) => section.rows.every((row) => !row.differs));
  if (nothing) return <Empty icon="check"><p>These versions hold the same files, metadata and metrics.</p></Empty>;
  return (
    <ScrollX class="sheet flush" label="Versions side by side">
      <table class="several">
        <thead>
          <tr>
            <td><span class="unseen">What</span></td>
            {data.map((one) => <th key={one.version} scope="col"><a href={withQuery(modelPage(model), { version: one.version })}>v{one.version}</a>{one.label && <span class="muted"> {one.label}</span>}</th>)}
          </tr>
        </thead>
        {sections.map((section) => <Rows key={section.title} section={section} all={all} columns={data.length} />)}
      </table>
    </ScrollX>
  );
}
