// What a training report shows, read from the chart files that trainers write: one of a few plain shapes.
export interface Amount {
  label: string;
  value: number;
}

export interface Series {
  name: string;
  points: ReadonlyArray<{ x: number; y: number }>;
}

export type Chart =
  | { kind: "amounts"; name: string; amounts: readonly Amount[] }
  | { kind: "figures"; figures: ReadonlyArray<{ label: string; text: string }> }
  | { kind: "table"; headers: readonly string[]; rows: ReadonlyArray<readonly string[]> }
  | { kind: "grid"; name: string; columns: readonly string[]; rows: ReadonlyArray<{ label: string; values: ReadonlyArray<number | undefined> }> }
  | { kind: "lines"; x: string; y: string; series: readonly Series[] };

type Json = Record<string, unknown>;

const kMost = 500;
const text = (value: unknown): string => (typeof value === "string" ? value : value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
const number = (value: unknown): number | undefined => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
const rowsOf = (body: Json): Json[] => (Array.isArray(body.data) ? body.data.filter((one): one is Json => typeof one === "object" && one !== null).slice(0, kMost) : []);

function amounts(body: Json, label: string, value: string, name: unknown): Chart {
  return { kind: "amounts", name: text(name), amounts: rowsOf(body).flatMap((row) => (number(row[value]) === undefined ? [] : [{ label: text(row[label]), value: number(row[value])! }])) };
}

function table(body: Json): Chart {
  const { headers, rows } = (body.data ?? {}) as { headers?: unknown; rows?: unknown };
  const lines = Array.isArray(rows) ? rows.filter(Array.isArray).slice(0, kMost) : [];
  return { kind: "table", headers: Array.isArray(headers) ? headers.map(text) : [], rows: lines.map((line) => line.map(text)) };
}

function grid(body: Json, across: string, down: string, value: string, name: unknown): Chart {
  const cells = rowsOf(body);
  const columns = [...new Set(cells.map((cell) => text(cell[across])))];
  const labels = [...new Set(cells.map((cell) => text(cell[down])))];
  const values = new Map(cells.map((cell) => [`${text(cell[down])}\n${text(cell[across])}`, number(cell[value])]));
  return { kind: "grid", name: text(name), columns, rows: labels.map((label) => ({ label, values: columns.map((column) => values.get(`${label}\n${column}`)) })) };
}

function lines(body: Json, seriesKey: string): Chart {
  const series = new Map<string, Array<{ x: number; y: number }>>();
  for (const row of rowsOf(body)) {
    const [x, y] = [number(row.x), number(row.y)];
    if (x === undefined || y === undefined) continue;
    const name = text(row[seriesKey]);
    series.set(name, [...(series.get(name) ?? []), { x, y }]);
  }
  return { kind: "lines", x: text(body.x_name), y: text(body.y_name), series: [...series].map(([name, points]) => ({ name, points: points.sort((a, b) => a.x - b.x) })) };
}

// Nothing where the file is not of the type that the report names.
export function readReport(type: string, file: unknown): Chart | undefined {
  if (typeof file !== "object" || file === null) return undefined;
  const body = file as Json;
  switch (type.toUpperCase().replaceAll("-", "_")) {
    case "PIE": return amounts(body, "category", "value", body.value_name);
    case "HORIZONTAL_BAR": return amounts(body, "category", "value", body.x_axis_name);
    case "VERTICAL_BAR": return amounts(body, "category", "value", body.y_axis_name);
    case "HISTOGRAM": return amounts(body, "bin", "frequency", body.frequency_name);
    case "METRICS": return { kind: "figures", figures: rowsOf(body).map((row) => ({ label: text(row.key), text: text(row.value) })) };
    case "TABLE": return table(body);
    case "HEATMAP": return grid(body, "x_category", "y_category", "value", body.x_axis_name);
    case "CONFUSION_MATRIX": return grid(body, "predicted_class", "true_class", "count", body.predicted_axis_name);
    case "LINE_CHART": return lines(body, "series");
    case "SCATTER_PLOT": return lines(body, "category");
    default: return undefined;
  }
}
