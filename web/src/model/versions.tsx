import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage, versionApi } from "../api/paths";
import type { Deleted, Model, Version } from "../api/types";
import { formatBytes, formatDate, formatPercent } from "../base/format";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { restore } from "../models/delete-model";
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
  return (
    <section class="sheet flush" aria-labelledby="versions-head">
      <header>
        <h2 id="versions-head">Versions</h2>
        {versions.length > 1 && <a class="small push" href={withQuery(`${modelPage(model)}/compare`, { from: versions[1]!.version, to: versions[0]!.version })}>Compare</a>}
      </header>
      {first.error && <Problem error={first.error} onRetry={first.reload} />}
      <ul class="versions">
        {versions.map((version) => (
          <li key={version.version} aria-current={version.version === selected ? "true" : undefined}>
            <div class="row">
              <a href={linkTo(version.version)}><b>v{version.version}</b>{version.label && ` · ${version.label}`}</a>
              {version.is_current && <span class="chip accent">current</span>}
              {version.aliases.filter((alias) => alias !== "current").map((alias) => <span key={alias} class="chip brass">{alias}</span>)}
              {version.pinned && <span class="chip" title="Pinned: it is not deleted while it is"><Icon name="pin" />pinned</span>}
              <button type="button" class="button plain square tight warns push" aria-label={`Delete version ${version.version}`} title="Delete this version" onClick={() => setDoomed(version)}><Icon name="trash" /></button>
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
