import { describe, expect, it } from "vitest";
import { layoutOf, sentenceOf, type Node } from "./lineage";

const node = (kind: Node["kind"], name: string): Node => ({ id: `${kind}:${name}`, kind, name, deleted: false });

describe("layoutOf", () => {
  const graph = {
    nodes: [node("slice", "night"), node("slice", "day"), node("model", "a"), node("model", "b"), node("version", "1")],
    edges: [
      { from: "slice:day", to: "model:a", what: "training" as const },
      { from: "slice:night", to: "model:b", what: "training" as const },
      { from: "model:a", to: "version:1", what: "version" as const },
      { from: "model:a", to: "alias:gone", what: "alias" as const },
    ],
  };
  it("gives each kind a column, and leaves out those without things", () => {
    const { columns, rows } = layoutOf(graph);
    expect([columns, rows]).toEqual([3, 2]);
  });
  it("puts things beside what they come from", () => {
    const models = layoutOf(graph).places.filter((place) => place.node.kind === "model");
    expect(models.map((place) => place.node.name)).toEqual(["b", "a"]);
  });
  it("draws lines only between what is there", () => expect(layoutOf(graph).lines).toHaveLength(3));
  it("draws what a version learned from only where its model does not say so", () => {
    const edges = [{ from: "slice:day", to: "version:1", what: "training" as const }, { from: "slice:night", to: "version:1", what: "training" as const }];
    const { lines } = layoutOf({ nodes: graph.nodes, edges: [...graph.edges, ...edges] });
    expect(lines.map((line) => `${line.from.node.name} ${line.to.node.name}`)).toEqual(["day a", "night b", "a 1", "night 1"]);
  });
  it("says each line in words", () => expect(sentenceOf(layoutOf(graph).lines[0]!)).toBe("a was trained on it: day"));
  it("takes a graph of nothing", () => expect(layoutOf({ nodes: [], edges: [] })).toMatchObject({ columns: 0, rows: 0, lines: [] }));
});
