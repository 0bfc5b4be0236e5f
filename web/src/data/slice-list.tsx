import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { counted, formatBytes } from "../base/format";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast, toastError } from "../ui/toast";
import { restore } from "../models/delete-model";
import { datasetApi, datasetPage, sliceApi, type Dataset, type Slice } from "./data";

interface SlicePageBody {
  slices: Slice[];
  next_cursor: string | null;
}

const kMost = 1000;

function NewSlice({ dataset, onMade, onClose }: { dataset: Dataset; onMade: () => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const make = async () => {
    await ask<Slice>(`${datasetApi(dataset.id)}/slices`, { method: "POST", json: { name: name.trim() } });
    onMade();
  };
  return (
    <Confirm title="A new slice" action="Make it" onConfirm={make} onClose={onClose}>
      <label class="field"><span>Name</span><input class="input" value={name} maxLength={400} required autofocus placeholder="night" onInput={(event) => setName(event.currentTarget.value)} /></label>
      <p class="muted small">Choose items in the list and put them into it.</p>
    </Confirm>
  );
}

// The parts of a dataset; one of them, or all of it, is shown beside.
// `round` rises when their items changed.
export function SliceList({ dataset, round, chosen, onChanged }: { dataset: Dataset; round: number; chosen: string | undefined; onChanged: () => void }) {
  const { data, error, reload } = useLoad(`${dataset.id} slices ${round}`, (signal) => ask<SlicePageBody>(`${datasetApi(dataset.id)}/slices`, { query: { length: kMost }, signal }), true);
  const [making, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<Slice>();
  const changed = () => { reload(); onChanged(); };
  const pin = (slice: Slice) => ask(sliceApi(dataset.id, slice.id), { method: "PATCH", json: { pinned: !slice.pinned } }).then(changed, toastError);
  const remove = async () => {
    const { trash_id } = await ask<{ trash_id: string }>(sliceApi(dataset.id, doomed!.id), { method: "DELETE" });
    changed();
    toast(`The slice ${doomed!.name} is in the trash; its items stay.`, { label: "Undo", run: async () => { await restore(trash_id); changed(); } });
  };
  const slices = data?.slices ?? [];
  return (
    <section class="sheet stack" aria-labelledby="slices-head">
      <div class="row"><h2 id="slices-head">Slices</h2><button type="button" class="button tight push" onClick={() => setMaking(true)}><Icon name="add" />New</button></div>
      {error && <Problem error={error} onRetry={reload} />}
      <ul class="slices">
        <li><a href={datasetPage(dataset.id)} aria-current={chosen === undefined ? "page" : undefined}><b>All items</b><span class="muted small">{counted(dataset.item_count, "item")} · {formatBytes(dataset.size_bytes)}</span></a></li>
        {slices.map((slice) => (
          <li key={slice.id}>
            <a href={withQuery(datasetPage(dataset.id), { slice: slice.id })} aria-current={chosen === slice.id ? "page" : undefined}><b>{slice.name}</b><span class="muted small">{counted(slice.item_count, "item")} · {formatBytes(slice.size_bytes)}</span></a>
            <button type="button" class="button plain square tight" aria-pressed={slice.pinned} aria-label={slice.pinned ? `Let ${slice.name} go` : `Pin ${slice.name}`} title={slice.pinned ? "Pinned" : "Pin"} onClick={() => void pin(slice)}><Icon name="pin" /></button>
            <button type="button" class="button plain square tight warns" aria-label={`Delete the slice ${slice.name}`} title="Delete" onClick={() => setDoomed(slice)}><Icon name="trash" /></button>
          </li>
        ))}
      </ul>
      {making && <NewSlice dataset={dataset} onMade={changed} onClose={() => setMaking(false)} />}
      {doomed && (
        <Confirm title={`Delete the slice ${doomed.name}?`} action="Move to trash" danger onConfirm={remove} onClose={() => setDoomed(undefined)}>
          <p>Its items stay in the dataset. Models that were trained on it go on naming it.</p>
        </Confirm>
      )}
    </section>
  );
}
