import { modelPage, parseReference } from "../api/paths";
import { ask } from "../api/client";
import { counted } from "../base/format";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { Waiting } from "../ui/waiting";
import { datasetPage, type Lineage } from "./data";
import { layoutOf, sentenceOf, type Line, type Node } from "./lineage";
import "../styles/data.css";

const kCell = { width: 190, height: 46, gapX: 56, gapY: 14 };
const x = (column: number): number => column * (kCell.width + kCell.gapX);
const y = (row: number): number => row * (kCell.height + kCell.gapY);

function pathOf({ from, to }: Line): string {
  const begin = { x: x(from.column) + kCell.width, y: y(from.row) + kCell.height / 2 };
  const end = { x: x(to.column), y: y(to.row) + kCell.height / 2 };
  const middle = (begin.x + end.x) / 2;
  return `M${begin.x},${begin.y} C${middle},${begin.y} ${middle},${end.y} ${end.x},${end.y}`;
}

// Where a thing is shown; the dataset of a slice is its neighbour in the graph.
function addressOf(node: Node, graph: Lineage): string | undefined {
  const id = node.id.slice(node.id.indexOf(":") + 1);
  if (node.kind === "dataset") return datasetPage(id);
  if (node.kind === "slice") {
    const dataset = graph.edges.find((edge) => edge.to === node.id && edge.what === "part")?.from;
    return dataset ? withQuery(datasetPage(dataset.slice(dataset.indexOf(":") + 1)), { slice: id }) : undefined;
  }
  const key = parseReference(node.reference ?? "");
  return key && (key.version === undefined ? modelPage(key) : withQuery(modelPage(key), { version: key.version }));
}

function Box({ node, graph }: { node: Node; graph: Lineage }) {
  const address = node.deleted ? undefined : addressOf(node, graph);
  const detail = node.deleted ? "in the trash or gone" : node.items === undefined ? node.kind : `${node.kind} · ${counted(node.items, "item")}`;
  const inside = <><b>{node.name}</b><small>{detail}</small></>;
  return address ? <a class={`lineage-node ${node.kind}`} href={address} title={node.name}>{inside}</a> : <span class={`lineage-node ${node.kind} gone`} title={node.name}>{inside}</span>;
}

export function LineagePicture({ graph }: { graph: Lineage }) {
  const layout = layoutOf(graph);
  if (layout.places.length === 0) return <p class="muted small">Nothing is known of where it came from.</p>;
  const width = x(layout.columns - 1) + kCell.width;
  const height = y(layout.rows - 1) + kCell.height;
  return (
    <ScrollX label="Where it came from and what came of it">
      <div class="lineage" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">{layout.lines.map((line) => <path key={`${line.from.node.id} ${line.to.node.id} ${line.what}`} class={line.what} d={pathOf(line)} />)}</svg>
        {layout.places.map(({ node, column, row }) => <div key={node.id} class="lineage-place" style={{ left: `${x(column)}px`, top: `${y(row)}px` }}><Box node={node} graph={graph} /></div>)}
      </div>
      <ul class="unseen">{layout.lines.map((line) => <li key={`${line.from.node.id} ${line.to.node.id} ${line.what}`}>{sentenceOf(line)}</li>)}</ul>
    </ScrollX>
  );
}

// The graph at this address of the API.
export function LineageView({ address }: { address: string }) {
  const { data, error, reload } = useLoad(address, (signal) => ask<Lineage>(address, { signal }));
  return (
    <section class="sheet stack" aria-labelledby="lineage-head">
      <h2 id="lineage-head">Lineage</h2>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {data && <LineagePicture graph={data} />}
      {data && !data.complete && <p class="muted small">There is more than the 200 that are drawn.</p>}
    </section>
  );
}
