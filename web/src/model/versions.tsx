import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage, versionApi } from "../api/paths";
import type { Deleted, Model, Version } from "../api/types";
import { formatBytes, formatDate, formatPercent } from "../base/format";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { restore } from "../models/delete-model";
import { kMostSides } from "../compare/side-by-side";
import { forgetList } from "../models/kept-list";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast, toastError } from "../ui/toast";

const kPage = 50;

interface VersionPage {
  versions: Version[];
  next_cursor: string | null;
}

interface Props {
  model: Model;
  selected: number | undefined;
  linkTo: (version: number) => string;
  onChanged: () => void;
}

export function Versions({ model, selected, linkTo, onChanged }: Props) {
  const fetchPage = (cursor: string | null, signal?: AbortSignal) =>
    ask<VersionPage>(`${modelApi(model)}/versions`, { query: { length: kPage, cursor }, signal });
  const first = useLoad(`versions ${model.reference} ${model.revision}`, (signal) => fetchPage(null, signal), true);
  const [more, setMore] = useState<VersionPage>();
  const [doomed, setDoomed] = useState<Version>();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  useEffect(() => setMore(undefined), [first.data]);

  const versions = [...(first.data?.versions ?? []), ...(more?.versions ?? [])];
  const cursor = more ? more.next_cursor : (first.data?.next_cursor ?? null);
  const loadMore = () => fetchPage(cursor).then((page) => setMore((now) => ({ versions: [...(now?.versions ?? []), ...page.versions], next_cursor: page.next_cursor })), toastError);
  const remove = async () => {
    const deleted = await ask<Deleted>(versionApi(model, doomed!.version), { method: "DELETE" });
    forgetList();
    first.reload();
    onChanged();
    toast(`Version ${doomed!.version} is in the trash.`, { label: "Undo", run: async () => { await restore(deleted.trash_id); first.reload(); onChanged(); } });
  };
  const toggle = (number: number) => setChosen((now) => (now.includes(number) ? now.filter((one) => one !== number) : [...now, number].slice(-kMostSides)));
  const pin = (version: Version) =>
    ask(versionApi(model, version.version), { method: "PATCH", json: { pinned: !version.pinned } }).then(() => {
      first.reload();
      toast(version.pinned ? `Version ${version.version} can be deleted again.` : `Version ${version.version} is kept from being deleted.`);
    }, toastError);
  const sides = [...chosen].sort((a, b) => b - a);
  const compareLink = sides.length >= 2
    ? withQuery(`${modelPage(model)}/compare`, sides.length === 2 ? { from: sides[1], to: sides[0] } : { versions: sides.join(",") })
    : versions.length > 1 ? withQuery(`${modelPage(model)}/compare`, { from: versions[1]!.version, to: versions[0]!.version }) : undefined;
  return (
    <section class="sheet flush" aria-labelledby="versions-head">
      <header>
        <h2 id="versions-head">Versions</h2>
        {compareLink && <a class="small push" href={compareLink}>{sides.length >= 2 ? `Compare ${sides.length} versions` : "Compare"}</a>}
      </header>
      {first.error && <Problem error={first.error} onRetry={first.reload} />}
      <ul class="versions">
        {versions.map((version) => (
          <li key={version.version} aria-current={version.version === selected ? "true" : undefined}>
            <div class="row">
              {versions.length > 1 && <input type="checkbox" class="choose" aria-label={`Choose version ${version.version} for comparing`} title="Choose for comparing, five at most" checked={chosen.includes(version.version)} onChange={() => toggle(version.version)} />}
              <a href={linkTo(version.version)}><b>v{version.version}</b>{version.label && ` · ${version.label}`}</a>
              {version.is_current && <span class="chip accent">current</span>}
              {version.aliases.filter((alias) => alias !== "current").map((alias) => <span key={alias} class="chip brass">{alias}</span>)}
              <button type="button" class={version.pinned ? "button square tight push" : "button plain square tight push"} aria-pressed={version.pinned} aria-label={`Keep version ${version.version} from being deleted`} title={version.pinned ? "Pinned: it cannot be deleted. Let go" : "Pin: keep it from being deleted"} onClick={() => void pin(version)}><Icon name="pin" /></button>
              <button type="button" class="button plain square tight warns" aria-label={`Delete version ${version.version}`} title="Delete this version" onClick={() => setDoomed(version)}><Icon name="trash" /></button>
            </div>
            <p class="muted small">{formatDate(version.created_at)} · {formatBytes(version.size_bytes)}{version.metrics.accuracy !== undefined && ` · ${formatPercent(version.metrics.accuracy)}`}{version.created_by && ` · ${version.created_by}`}</p>
            {version.notes && <p class="small break">{version.notes}</p>}
          </li>
        ))}
      </ul>
      {cursor !== null && <p class="more"><button type="button" class="button tight" onClick={loadMore}>Older versions</button></p>}
      {doomed && (
        <Confirm title={`Delete version ${doomed.version}?`} action="Move to trash" danger onConfirm={remove} onClose={() => setDoomed(undefined)}>
          <p>{formatBytes(doomed.size_bytes)} move to the trash. Its number is never used again, and “Undo” brings it back.</p>
        </Confirm>
      )}
    </section>
  );
}
