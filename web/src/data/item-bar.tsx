import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { allOf, wordsOf } from "../base/all-of";
import { counted, formatBytes } from "../base/format";
import { useLoad } from "../base/use-load";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { toast, toastError } from "../ui/toast";
import { datasetApi, itemApi, sliceApi, type Item, type Slice } from "./data";

interface Props {
  dataset: string;
  slice: string | undefined;
  chosen: readonly Item[];
  onClear: () => void;
  onChanged: () => void;
}

const kAtOnce = 500;

async function changeSlice(dataset: string, slice: string, what: "add" | "remove", items: readonly Item[]): Promise<void> {
  const ids = items.map((item) => item.id);
  for (let first = 0; first < ids.length; first += kAtOnce) {
    await ask(`${sliceApi(dataset, slice)}/items`, { method: "POST", json: { [what]: ids.slice(first, first + kAtOnce) } });
  }
}

// Into a slice that is there, or into one that is made by its name.
function PutIntoSlice({ dataset, items, onDone, onClose }: { dataset: string; items: readonly Item[]; onDone: (slice: Slice) => void; onClose: () => void }) {
  const { data } = useLoad(`${dataset} slices of the bar`, (signal) => ask<{ slices: Slice[] }>(`${datasetApi(dataset)}/slices`, { query: { length: 1000 }, signal }));
  const [name, setName] = useState("");
  const slices = data?.slices ?? [];
  const put = async () => {
    const known = slices.find((slice) => slice.name === name.trim());
    const slice = known ?? (await ask<Slice>(`${datasetApi(dataset)}/slices`, { method: "POST", json: { name: name.trim() } }));
    await changeSlice(dataset, slice.id, "add", items);
    onDone(slice);
  };
  return (
    <Confirm title={`Put ${counted(items.length, "item")} into a slice`} action="Put in" onConfirm={put} onClose={onClose}>
      <label class="field">
        <span>Slice</span>
        <input class="input" list="slices-of-dataset" value={name} maxLength={400} required autofocus onInput={(event) => setName(event.currentTarget.value)} />
        <span class="hint">One that is there, or the name of a new one.</span>
      </label>
      <datalist id="slices-of-dataset">{slices.map((slice) => <option key={slice.id} value={slice.name} />)}</datalist>
    </Confirm>
  );
}

// What can be done with several items at once.
export function ItemBar({ dataset, slice, chosen, onClear, onChanged }: Props) {
  const [asked, setAsked] = useState<"put" | "delete">();
  const total = chosen.reduce((sum, item) => sum + item.size_bytes, 0);
  const takeOut = () => {
    const items = [...chosen];
    const undo = async () => {
      await changeSlice(dataset, slice!, "add", items);
      onChanged();
    };
    changeSlice(dataset, slice!, "remove", items).then(() => {
      onClear();
      onChanged();
      toast(`${counted(items.length, "item")} taken out of the slice.`, { label: "Undo", run: undo });
    }, toastError);
  };
  const remove = async () => {
    const outcome = await allOf(chosen, (item) => ask(itemApi(dataset, item.id), { method: "DELETE" }));
    onClear();
    onChanged();
    toast(wordsOf(outcome, "item", "deleted"));
  };
  return (
    <section class="selection" aria-label="Chosen items">
      <b>{counted(chosen.length, "item")}</b><span class="muted small">{formatBytes(total)}</span>
      <span class="row push">
        <button type="button" class="button tight" onClick={() => setAsked("put")}><Icon name="add" />Put into a slice</button>
        {slice && <button type="button" class="button tight" onClick={takeOut}>Take out of this slice</button>}
        <button type="button" class="button tight plain warns" onClick={() => setAsked("delete")}><Icon name="trash" />Delete</button>
        <button type="button" class="button plain square tight" aria-label="Choose none" title="Choose none" onClick={onClear}><Icon name="close" /></button>
      </span>
      {asked === "put" && <PutIntoSlice dataset={dataset} items={chosen} onClose={() => setAsked(undefined)} onDone={(done) => { onClear(); onChanged(); toast(`${counted(chosen.length, "item")} put into ${done.name}.`); }} />}
      {asked === "delete" && (
        <Confirm title={`Delete ${counted(chosen.length, "item")}?`} action="Delete for good" danger onConfirm={remove} onClose={() => setAsked(undefined)}>
          <p class="mono break">{chosen.slice(0, 8).map((item) => item.key).join(", ")}{chosen.length > 8 && ` and ${chosen.length - 8} more`}</p>
          <p class="muted">They leave every slice, and do not go to the trash.</p>
        </Confirm>
      )}
    </section>
  );
}
