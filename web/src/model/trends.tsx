import { ask } from "../api/client";
import { modelApi, modelPage } from "../api/paths";
import type { Model, Version } from "../api/types";
import { formatScore, formatSigned } from "../base/format";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { LineChart } from "../ui/line-chart";
import { trendsOf } from "./trend";

const kMostVersions = 1000;

export const useVersions = (model: Model, length: number) =>
  useLoad(`versions ${length} ${model.reference} ${model.revision}`, async (signal) => (await ask<{ versions: Version[] }>(`${modelApi(model)}/versions`, { query: { length }, signal })).versions.reverse(), true);

// Each metric over the versions: where it stands, where it came from, and which version an alias chose.
export function Trends({ model, selected }: { model: Model; selected: number }) {
  const { data } = useVersions(model, kMostVersions);
  const versions = data ?? [];
  if (versions.length < 2) return null;
  const dotOf = (name: string) => (index: number) => {
    const version = versions[index]!;
    const marks = version.aliases.filter((alias) => alias !== "current");
    return {
      title: `Version ${version.version}${version.label ? ` (${version.label})` : ""}: ${name} ${formatScore(version.metrics[name], 4)}${marks.length > 0 ? `, ${marks.join(", ")}` : ""}`,
      href: withQuery(modelPage(model), { tab: "metrics", version: version.version }),
      mark: marks.length > 0 ? marks.join(", ") : undefined,
      chosen: version.version === selected,
    };
  };
  return (
    <section class="trends" aria-label="Metrics over versions">
      {trendsOf(versions).map((trend) => (
        <figure key={trend.name} class="sheet trend">
          <figcaption>
            <b>{trend.name}</b>
            <span class="trend-now">{formatScore(trend.last, 4)}</span>
            {trend.change !== undefined && <span class={trend.good === undefined ? "muted small" : trend.good ? "better small" : "worse small"}>{formatSigned(trend.change, 4)}</span>}
          </figcaption>
          <LineChart values={trend.values} dotOf={dotOf(trend.name)} text={(value) => formatScore(value)} />
        </figure>
      ))}
    </section>
  );
}
