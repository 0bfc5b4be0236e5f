import { ask } from "../api/client";
import { modelPage, parseReference } from "../api/paths";
import { counted, formatPercent } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Bars } from "../ui/bars";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { Waiting } from "../ui/waiting";
import type { Audit } from "./data";

type Audited = Audit["low"][number];

const kMetrics = ["ap", "accuracy", "f1"];

function Models({ title, models, count }: { title: string; models: readonly Audited[]; count: number }) {
  if (count === 0) return null;
  return (
    <section class="sheet stack" aria-label={title}>
      <h2>{title} <span class="muted">{counted(count, "model")}</span></h2>
      <ScrollX label={title}>
        <table>
          <thead><tr><th scope="col">Model</th><th scope="col" class="number">Value</th><th scope="col">Weakest classes</th></tr></thead>
          <tbody>
            {models.map((one) => {
              const key = parseReference(one.reference);
              const weakest = Object.entries(one.classes).sort((a, b) => a[1] - b[1]).slice(0, 3);
              return <tr key={one.model_id}><th scope="row">{key ? <a href={modelPage(key)}>{one.display_name || one.reference}</a> : one.reference}</th><td class="number">{formatPercent(one.value)}</td><td>{weakest.map(([name, value]) => `${name} ${formatPercent(value)}`).join(", ")}</td></tr>;
            })}
          </tbody>
        </table>
      </ScrollX>
      {count > models.length && <p class="muted small">and {counted(count - models.length, "model")} more</p>}
    </section>
  );
}

// Who is weak and who is strong, over all models at once.
export function AuditPage() {
  const { query } = usePlace();
  const metric = query.get("metric") ?? "ap";
  const below = query.get("below") ?? "0.7";
  const { data, error, reload } = useLoad(`audit ${metric} ${below}`, (signal) => ask<Audit>("/api/audit", { query: { metric, below }, signal }), true);
  const go = (values: Record<string, string>) => navigate(withQuery("/audit", { metric, below, ...values }), "replace");
  return (
    <Page title="Audit" lead="The current versions of all models, weakest and strongest, and the classes that they find hard.">
      <div class="stack wide">
        <div class="row">
          <label class="field"><span>Metric</span><select class="input" value={metric} onChange={(event) => go({ metric: event.currentTarget.value })}>{(kMetrics.includes(metric) ? kMetrics : [...kMetrics, metric]).map((one) => <option key={one} value={one}>{one}</option>)}</select></label>
          <label class="field"><span>Weak is below</span><input class="input" type="number" min={0} max={1} step={0.05} value={below} onInput={(event) => go({ below: event.currentTarget.value })} /></label>
        </div>
        {error && <Problem error={error} onRetry={reload} />}
        {!data && !error && <Waiting />}
        {data && data.models === 0 && <Empty icon="scale"><p>No model has this metric.</p></Empty>}
        {data && data.models > 0 && (
          <>
            <p class="muted">{counted(data.models, "model")}, {formatPercent(data.mean)} on average.</p>
            <Models title={`Below ${data.below}`} models={data.low} count={data.low_count} />
            {data.classes.length > 0 && <section class="sheet stack" aria-label="Classes"><h2>Classes</h2><Bars label="Mean of each class" rows={data.classes.map((one) => ({ key: one.class, label: one.class, share: one.mean, text: `${formatPercent(one.mean)} in ${counted(one.models, "model")}`, tone: one.mean < data.below ? "bad" : "main" }))} /></section>}
            <Models title={`Above ${data.above}`} models={data.high} count={data.high_count} />
          </>
        )}
      </div>
    </Page>
  );
}
