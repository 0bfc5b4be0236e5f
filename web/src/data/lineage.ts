// A graph of things and what became of them, laid out in columns: datasets, slices, models, versions, aliases.
import type { Lineage } from "./data";

export type Node = Lineage["nodes"][number];

export const kColumns = ["dataset", "slice", "model", "version", "alias"] as const;

export interface Place {
  node: Node;
  column: number;
  row: number;
}

export interface Line {
  from: Place;
  to: Place;
  what: string;
}

export interface Layout {
  places: Place[];
  lines: Line[];
  columns: number;
  rows: number;
}

const mean = (values: readonly number[]): number | undefined => (values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length);

// A version learned from what its model names, unless it says otherwise: lines that say so twice would cross everything.
function drawn(edges: Lineage["edges"]): Lineage["edges"] {
  const known = new Set(edges.map((edge) => `${edge.what} ${edge.from} ${edge.to}`));
  const modelOf = new Map(edges.filter((edge) => edge.what === "version").map((edge) => [edge.to, edge.from]));
  return edges.filter((edge) => !modelOf.has(edge.to) || edge.what === "version" || !known.has(`${edge.what} ${edge.from} ${modelOf.get(edge.to)}`));
}

// Columns that nothing stands in are left out. In each, things stand in the order of what they come from, so that few
// lines cross.
export function layoutOf(graph: Pick<Lineage, "nodes" | "edges">): Layout {
  const kinds = kColumns.filter((kind) => graph.nodes.some((node) => node.kind === kind));
  const placed = new Map<string, Place>();
  let rows = 0;
  for (const [column, kind] of kinds.entries()) {
    const nodes = graph.nodes.filter((node) => node.kind === kind);
    const weight = (node: Node): number => {
      const before = graph.edges.filter((edge) => edge.to === node.id).flatMap((edge) => placed.get(edge.from)?.row ?? []);
      return mean(before) ?? Number.MAX_SAFE_INTEGER;
    };
    const order = nodes.map((node, at) => ({ node, at, weight: weight(node) })).sort((a, b) => a.weight - b.weight || a.at - b.at);
    order.forEach(({ node }, row) => placed.set(node.id, { node, column, row }));
    rows = Math.max(rows, nodes.length);
  }
  const lines = drawn(graph.edges).flatMap((edge) => {
    const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
    return from && to ? [{ from, to, what: edge.what }] : [];
  });
  return { places: [...placed.values()], lines, columns: kinds.length, rows };
}

const kWords: Record<string, string> = { part: "is part of it", training: "was trained on it", validation: "was validated on it", version: "is a version of it", alias: "points to it" };

// The same for who does not see the picture.
export const sentenceOf = (line: Line): string => `${line.to.node.name} ${kWords[line.what] ?? line.what}: ${line.from.node.name}`;
