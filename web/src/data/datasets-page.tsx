import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { counted, formatAgo, formatBytes, formatCount, formatDateTime } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Snippet } from "../ui/copy";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { Waiting } from "../ui/waiting";
import { datasetPage, type Dataset } from "./data";
import "../styles/data.css";

interface DatasetPageBody {
  datasets: Dataset[];
  total?: number;
  next_cursor: string | null;
}

const kFirst = 100;
const kMore = 300;
const kMost = 1000;

function NewDataset({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const make = async () => {
    const made = await ask<Dataset>("/api/datasets", { method: "POST", json: { name: name.trim(), description } });
    navigate(datasetPage(made.id));
  };
  return (
    <Confirm title="A new dataset" action="Make it" onConfirm={make} onClose={onClose}>
      <label class="field"><span>Name</span><input class="input" value={name} maxLength={400} required autofocus onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label class="field"><span>Description</span><textarea value={description} onInput={(event) => setDescription(event.currentTarget.value)} /></label>
    </Confirm>
  );
}

function Rows({ datasets }: { datasets: readonly Dataset[] }) {
  return (
    <ScrollX class="sheet flush" label="Datasets">
      <table>
        <thead><tr><th scope="col">Name</th><th scope="col" class="number">Items</th><th scope="col" class="number">Slices</th><th scope="col" class="number">Models</th><th scope="col" class="number">Size</th><th scope="col">Changed</th></tr></thead>
        <tbody>
          {datasets.map((one) => (
            <tr key={one.id}>
              <th scope="row" class="break"><a href={datasetPage(one.id)}>{one.name}</a>{one.description && <span class="muted small line">{one.description.slice(0, 120)}</span>}</th>
              <td class="number">{formatCount(one.item_count)}</td>
              <td class="number">{formatCount(one.slice_count)}</td>
              <td class="number">{formatCount(one.model_count)}</td>
              <td class="number">{formatBytes(one.size_bytes)}</td>
              <td title={`${formatDateTime(one.updated_at)} by ${one.updated_by}`}>{formatAgo(one.updated_at, Date.now())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

// What models are trained and weighed on.
export function DatasetsPage() {
  const { query } = usePlace();
  const search = query.get("search") ?? "";
  const [shown, setShown] = useState(kFirst);
  const [making, setMaking] = useState(false);
  const { data, error, loading, reload } = useLoad(`datasets ${search} ${shown}`, (signal) => ask<DatasetPageBody>("/api/datasets", { query: { length: shown, search: search || undefined }, signal }), true);
  const datasets = data?.datasets ?? [];
  return (
    <Page title="Data" lead={<p>What models are trained and weighed on: datasets of files with what is known of them, and slices, which are named parts of one. <a href="/audit">How models do on their classes</a></p>} actions={<button type="button" class="button main" onClick={() => setMaking(true)}><Icon name="add" />New dataset</button>}>
      <label class="search-field"><span class="unseen">Search</span><input class="input" type="search" placeholder="Search by name" value={search} onInput={(event) => navigate(withQuery("/datasets", { search: event.currentTarget.value || undefined }), "replace")} /></label>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {data && datasets.length === 0 && !loading && (search
        ? <Empty icon="search"><p>No dataset has this in its name.</p></Empty>
        : <Empty icon="folder"><p>There is no dataset yet. A folder, a table or a set of recordings becomes one:</p><Snippet label="the command that takes a folder in" text={"weigh dataset import street-signs ./street-signs/\nweigh dataset import tickets tickets.csv"} /></Empty>)}
      {datasets.length > 0 && <Rows datasets={datasets} />}
      {data?.next_cursor && (shown < kMost ? <p class="more"><button type="button" class="button tight" onClick={() => setShown((now) => Math.min(kMost, now + kMore))}>Show more</button></p> : <p class="muted small">{counted(kMost, "dataset")} are shown. Search to find the others.</p>)}
      {making && <NewDataset onClose={() => setMaking(false)} />}
    </Page>
  );
}
