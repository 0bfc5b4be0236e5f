import { useReducer, useState } from "preact/hooks";
import { ask } from "../api/client";
import { counted, formatBytes, formatDateTime } from "../base/format";
import { navigate, usePlace } from "../base/location";
import type { Params } from "../base/route";
import { useLoad } from "../base/use-load";
import { restore } from "../models/delete-model";
import { CopyButton } from "../ui/copy";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { Waiting } from "../ui/waiting";
import { datasetApi, datasetPage, sliceApi, type Dataset } from "./data";
import { ItemList } from "./item-list";
import { LineageView } from "./lineage-view";
import { SliceList } from "./slice-list";
import "../styles/data.css";

function EditDataset({ dataset, onChanged, onClose }: { dataset: Dataset; onChanged: () => void; onClose: () => void }) {
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description);
  const save = async () => {
    await ask(datasetApi(dataset.id), { method: "PATCH", json: { name: name.trim(), description } });
    onChanged();
  };
  return (
    <Confirm title={`Edit ${dataset.name}`} action="Save" onConfirm={save} onClose={onClose}>
      <label class="field"><span>Name</span><input class="input" value={name} maxLength={400} required onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label class="field"><span>Description</span><textarea value={description} onInput={(event) => setDescription(event.currentTarget.value)} /></label>
    </Confirm>
  );
}

// One dataset: its slices, its items, and with a slice chosen what was trained on it.
export function DatasetPage({ params }: { params: Params }) {
  const id = params.id!;
  const { query } = usePlace();
  const slice = query.get("slice") ?? undefined;
  const { data: dataset, error, reload } = useLoad(`dataset ${id}`, (signal) => ask<Dataset>(datasetApi(id), { signal }), true);
  const [round, again] = useReducer((count: number, _: void) => count + 1, 0);
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  if (error && !dataset) return <Page title="Dataset" actions={<a class="button" href="/datasets">To the datasets</a>}><Problem error={error} onRetry={reload} /></Page>;
  if (!dataset) return <Page title="Dataset" busy><Waiting /></Page>;
  const itemsChanged = () => { again(); reload(); };
  const remove = async () => {
    const { trash_id } = await ask<{ trash_id: string }>(datasetApi(id), { method: "DELETE" });
    navigate("/datasets");
    toast(`${dataset.name} is in the trash.`, { label: "Undo", run: async () => { await restore(trash_id); navigate(datasetPage(dataset.id)); } });
  };
  const lead = (
    <div class="row">
      <span class="row mono small">{dataset.id}<CopyButton text={dataset.id} label="Copy the id" /></span>
      <span class="muted small">{counted(dataset.item_count, "item")} · {formatBytes(dataset.size_bytes)} · {counted(dataset.model_count, "model")} · changed {formatDateTime(dataset.updated_at)} by {dataset.updated_by}</span>
      {dataset.description && <p class="pre-line break">{dataset.description}</p>}
    </div>
  );
  const actions = (
    <>
      <button type="button" class="button plain" onClick={() => setEditing(true)}><Icon name="edit" />Edit</button>
      <button type="button" class="button plain warns" onClick={() => setDeleting(true)}><Icon name="trash" />Delete</button>
    </>
  );
  return (
    <Page title={dataset.name} lead={lead} actions={actions}>
      <div class="columns model-body">
        <div class="stack">
          <ItemList key={`${dataset.id} ${slice ?? ""}`} dataset={dataset.id} slice={slice} onChanged={itemsChanged} />
          {slice && <LineageView key={slice} address={`${sliceApi(dataset.id, slice)}/lineage`} />}
        </div>
        <div class="stack aside"><SliceList dataset={dataset} round={round} chosen={slice} onChanged={reload} /></div>
      </div>
      {editing && <EditDataset dataset={dataset} onChanged={reload} onClose={() => setEditing(false)} />}
      {deleting && (
        <Confirm title={`Delete ${dataset.name}?`} action="Move to trash" danger onConfirm={remove} onClose={() => setDeleting(false)}>
          <p>Its items and slices go with it, and come back with it. While a model belongs to it, it stays.</p>
        </Confirm>
      )}
    </Page>
  );
}
