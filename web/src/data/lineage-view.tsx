import { useLayoutEffect, useRef, useState } from "preact/hooks";
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

const kCell = { least: 112, most: 190, height: 46, gapY: 14 };
const kGapShare = 0.28;
const y = (row: number): number => row * (kCell.height + kCell.gapY);

// Cells as wide as the columns leave room for; narrower than the least, the picture scrolls.
interface Columns {
  width: number;
  x: (column: number) => number;
}

function columnsIn(room: number, columns: number): Columns {
  const fit = room / (columns + kGapShare * (columns - 1));
  const width = Math.floor(Math.max(kCell.least, Math.min(kCell.most, fit)));
  return { width, x: (column) => Math.floor(column * width * (1 + kGapShare)) };
}

function pathOf({ from, to }: Line, { width, x }: Columns): string {
  const begin = { x: x(from.column) + width, y: y(from.row) + kCell.height / 2 };
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
  const name = node.kind === "version" ? `v${node.name}` : node.name;
  const inside = <><b>{name}</b><small>{detail}</small></>;
  return address ? <a class={`lineage-node ${node.kind}`} href={address} title={name}>{inside}</a> : <span class={`lineage-node ${node.kind} gone`} title={name}>{inside}</span>;
}

export function LineagePicture({ graph }: { graph: Lineage }) {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const resized = new ResizeObserver(([entry]) => setRoom(entry!.contentRect.width));
    resized.observe(box.current!);
    return () => resized.disconnect();
  }, []);
  const layout = layoutOf(graph);
  const columns = columnsIn(room, layout.columns);
  const width = columns.x(Math.max(0, layout.columns - 1)) + columns.width;
  const height = y(layout.rows - 1) + kCell.height;
  return (
    <div ref={box}>
      {layout.places.length === 0 && <p class="muted small">Nothing is known of where it came from.</p>}
      {layout.places.length > 0 && <ScrollX label="Where it came from and what came of it">
        <div class="lineage" style={{ width: `${width}px`, height: `${height}px` }}>
          <svg width={width} height={height} aria-hidden="true">{layout.lines.map((line) => <path key={`${line.from.node.id} ${line.to.node.id} ${line.what}`} class={line.what} d={pathOf(line, columns)} />)}</svg>
          {layout.places.map(({ node, column, row }) => <div key={node.id} class="lineage-place" style={{ left: `${columns.x(column)}px`, top: `${y(row)}px`, width: `${columns.width}px` }}><Box node={node} graph={graph} /></div>)}
        </div>
        <ul class="unseen">{layout.lines.map((line) => <li key={`${line.from.node.id} ${line.to.node.id} ${line.what}`}>{sentenceOf(line)}</li>)}</ul>
      </ScrollX>}
    </div>
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
