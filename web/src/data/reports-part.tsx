import { ask } from "../api/client";
import { formatScore } from "../base/format";
import { useLoad } from "../base/use-load";
import { Bars } from "../ui/bars";
import { Curves } from "../ui/curves";
import { Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { Waiting } from "../ui/waiting";
import type { Training } from "./data";
import { readReport, type Chart } from "./report";

type Report = NonNullable<Training["reports"]>[number];

// The file that trainers write a chart to, in the folder of its report.
const kChartFile = "reports.json";

function Grid({ chart }: { chart: Extract<Chart, { kind: "grid" }> }) {
  const largest = Math.max(0, ...chart.rows.flatMap((row) => row.values.map((value) => Math.abs(value ?? 0))));
  return (
    <ScrollX label={chart.name || "Values"}>
      <table class="heat">
        <thead><tr><td />{chart.columns.map((column) => <th key={column} scope="col" class="number">{column}</th>)}</tr></thead>
        <tbody>{chart.rows.map((row) => <tr key={row.label}><th scope="row">{row.label}</th>{row.values.map((value, at) => <td key={at} class="number" style={{ "--heat": value === undefined || largest === 0 ? "0" : String(Math.abs(value) / largest) }}>{value === undefined ? "" : formatScore(value)}</td>)}</tr>)}</tbody>
      </table>
    </ScrollX>
  );
}

function ChartView({ chart }: { chart: Chart }) {
  switch (chart.kind) {
    case "amounts": {
      const largest = Math.max(...chart.amounts.map((one) => one.value), 0);
      return <Bars label={chart.name || "Amounts"} rows={chart.amounts.map((one, at) => ({ key: `${at}`, label: one.label, share: largest === 0 ? 0 : one.value / largest, text: formatScore(one.value) }))} />;
    }
    case "figures": return <dl class="figures">{chart.figures.map((one) => <div key={one.label} class="figure"><dt>{one.label}</dt><dd>{one.text}</dd></div>)}</dl>;
    case "table": return <ScrollX label="Table"><table><thead><tr>{chart.headers.map((header) => <th key={header} scope="col">{header}</th>)}</tr></thead><tbody>{chart.rows.map((row, at) => <tr key={at}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody></table></ScrollX>;
    case "grid": return <Grid chart={chart} />;
    case "lines": return <>{chart.series.map((one) => <Curves key={one.name} label={chart.x ? `${chart.y} by ${chart.x}` : chart.y} curves={[{ name: one.name, tone: "main", values: one.points.map((point) => point.y) }]} text={formatScore} />)}</>;
  }
}

function ReportBody({ report, content }: { report: Report; content: string }) {
  const address = `/api/contents/${encodeURIComponent(content)}/file?name=${kChartFile}`;
  const { data, error } = useLoad(address, (signal) => ask<unknown>(address, { signal }));
  if (error) return <Problem error={error} />;
  if (data === undefined) return <Waiting />;
  const chart = readReport(report.type, data);
  return chart ? <ChartView chart={chart} /> : <pre class="item-text">{JSON.stringify(data, null, 2).slice(0, 20_000)}</pre>;
}

// The charts and tables that came with a training.
export function ReportsPart({ reports }: { reports: readonly Report[] }) {
  return (
    <>
      {reports.map((report) => (
        <section key={report.id} class="sheet stack" aria-label={report.name}>
          <h2>{report.name}</h2>
          {report.description && <p class="muted">{report.description}</p>}
          {report.content ? <ReportBody report={report} content={report.content} /> : <p class="muted small">Its chart was not uploaded yet.</p>}
        </section>
      ))}
    </>
  );
}
