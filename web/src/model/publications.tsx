import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { versionApi } from "../api/paths";
import type { Model, Publication, Version } from "../api/types";
import { formatDate } from "../base/format";
import { useLoad } from "../base/use-load";
import { Confirm } from "../ui/dialog";
import { Problem } from "../ui/problem";
import { toast, toastError } from "../ui/toast";
import { linesOf, percentageOf } from "./publication-form";

interface FormProps {
  model: Model;
  version: Version;
  before: Publication | undefined;
  onDone: () => void;
  onClose: () => void;
}

function PublishForm({ model, version, before, onDone, onClose }: FormProps) {
  const [channel, setChannel] = useState(before?.channel ?? "stable");
  const [description, setDescription] = useState(before?.description ?? "");
  const [improvements, setImprovements] = useState((before?.improvements ?? []).join("\n"));
  const [percentage, setPercentage] = useState(String(before?.percentage ?? 100));
  const [least, setLeast] = useState(before?.minimum_client ?? "");
  const publish = async () => {
    await ask(`${versionApi(model, version.version)}/publications`, { method: "POST", json: { channel: channel.trim(), description: description.trim(), improvements: linesOf(improvements), percentage: percentageOf(percentage), minimum_client: least.trim() } });
    onDone();
    toast(`Version ${version.version} is offered in ${channel.trim()}.`);
  };
  return (
    <Confirm title={`Publish version ${version.version}`} action="Publish" onConfirm={publish} onClose={onClose}>
      <p class="small muted">Whoever follows this server finds it under /updates, without a token.</p>
      <div class="pair">
        <label class="field"><span>Channel</span><input class="input" list="channels" value={channel} onInput={(event) => setChannel(event.currentTarget.value)} required /></label>
        <datalist id="channels"><option value="stable" /><option value="beta" /></datalist>
        <label class="field"><span>To how many of a hundred</span><input class="input" type="number" min={0} max={100} value={percentage} onInput={(event) => setPercentage(event.currentTarget.value)} required /></label>
      </div>
      <label class="field"><span>Description</span><input class="input" value={description} onInput={(event) => setDescription(event.currentTarget.value)} /></label>
      <label class="field"><span>Improvements, one a line</span><textarea class="input" rows={4} value={improvements} onInput={(event) => setImprovements(event.currentTarget.value)} /></label>
      <label class="field"><span>Oldest client</span><input class="input mono" placeholder="any" value={least} onInput={(event) => setLeast(event.currentTarget.value)} /></label>
    </Confirm>
  );
}

// In which channels this version is offered to others.
export function Publications({ model, version }: { model: Model; version: Version }) {
  const { data, error, reload } = useLoad(`publications ${model.reference}`, (signal) => ask<{ publications: Publication[] }>("/api/publications", { signal }), true);
  const [open, setOpen] = useState<{ before: Publication | undefined }>();
  const mine = (data?.publications ?? []).filter((one) => one.model === model.reference && one.version === version.version);
  const withdraw = (one: Publication) =>
    ask(`${versionApi(model, version.version)}/publications/${encodeURIComponent(one.channel)}`, { method: "DELETE" }).then(() => { reload(); toast(`Version ${version.version} is not offered in ${one.channel} any more.`); }, toastError);
  return (
    <section class="sheet stack" aria-labelledby="publications-head">
      <div class="row">
        <h2 id="publications-head">Offered to others</h2>
        <button type="button" class="button tight push" onClick={() => setOpen({ before: undefined })}>Publish</button>
      </div>
      {error && <Problem error={error} onRetry={reload} />}
      {data && mine.length === 0 && <p class="muted small">Nobody is offered this version. Publishing makes this server an update server for it.</p>}
      {mine.map((one) => (
        <div key={one.channel} class="stack tight-stack" data-channel={one.channel}>
          <div class="row">
            <span class="chip accent">{one.channel}</span>
            <span class="small">as {one.id}, to {one.percentage} of 100{one.minimum_client && `, from client ${one.minimum_client} on`}</span>
            <span class="muted small">{formatDate(one.published_at)}</span>
            <button type="button" class="button tight plain push" onClick={() => setOpen({ before: one })}>Change</button>
            <button type="button" class="button tight plain warns" onClick={() => void withdraw(one)}>Withdraw</button>
          </div>
          {one.description && <p class="small break">{one.description}</p>}
          {(one.improvements?.length ?? 0) > 0 && <ul class="small bullets">{one.improvements!.map((text) => <li key={text} class="break">{text}</li>)}</ul>}
        </div>
      ))}
      {open && <PublishForm model={model} version={version} before={open.before} onDone={reload} onClose={() => setOpen(undefined)} />}
    </section>
  );
}
