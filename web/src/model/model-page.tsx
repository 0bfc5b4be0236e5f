import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage, versionApi, zipApi, type ModelKey } from "../api/paths";
import type { Model, Version } from "../api/types";
import { counted, formatBytes, formatDate } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { withQuery, type Params } from "../base/route";
import { useLoad } from "../base/use-load";
import { TypeBadge } from "../models/chips";
import { DeleteModel } from "../models/delete-model";
import { TrainingPart } from "../data/training-part";
import { forgetList } from "../models/kept-list";
import { kindWord, titleOf } from "../models/naming";
import { canBeTried, isTextClassifier, isWakeWord } from "../models/trying";
import { trainAddress } from "../train/fit-address";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { toast, toastError } from "../ui/toast";
import { Waiting } from "../ui/waiting";
import { WakeReportView } from "../wake/wake-report-view";
import { EvaluatePart } from "../weigh/evaluate-part";
import { Aliases } from "./aliases";
import "../styles/charts.css";
import { Contents } from "./contents";
import { EditModel } from "./edit-model";
import { Files } from "./files";
import { History } from "./history";
import { Metrics } from "./metrics";
import { Overview } from "./overview";
import { Publications } from "./publications";
import { TestBench } from "./test-bench";
import { Use } from "./use";
import { Versions } from "./versions";

const kTabs = [
  ["overview", "Overview"],
  ["test", "Try it"],
  ["training", "Training"],
  ["evaluate", "Evaluate"],
  ["files", "Files"],
  ["contents", "What is inside"],
  ["metrics", "Metrics"],
  ["history", "History"],
  ["use", "Use it"],
] as const;
type Tab = (typeof kTabs)[number][0];

function Lead({ model }: { model: Model }) {
  return (
    <div class="row">
      <TypeBadge type={model.type} />
      <span class="chip">{kindWord(model.kind)}</span>
      <span class="row mono small">{model.reference}<CopyButton text={model.reference} label="Copy the reference" /></span>
      <span class="muted small">Created {formatDate(model.created_at)} · {counted(model.version_count, "version")} · {formatBytes(model.size_bytes)}{model.licence ? ` · ${model.licence}` : ""}</span>
    </div>
  );
}

interface BodyProps {
  model: Model;
  version: Version;
  tab: Tab;
  onChanged: () => void;
}

function Body({ model, version, tab, onChanged }: BodyProps) {
  switch (tab) {
    case "files": return <Files model={model} version={version} />;
    case "contents": return <Contents model={model} version={version} />;
    case "metrics": return <Metrics model={model} version={version} />;
    case "history": return <History model={model} />;
    case "use": return <><Publications model={model} version={version} /><Use model={model} version={version} /></>;
    case "test": return <TestBench model={model} version={version} />;
    case "training": return isWakeWord(model) ? <WakeReportView model={model} version={version} onChanged={onChanged} /> : <TrainingPart model={model} />;
    case "evaluate": return <EvaluatePart model={model} version={version} onChanged={onChanged} />;
    case "overview": return <Overview model={model} version={version} onChanged={onChanged} />;
  }
}

// Everything of one model; version and tab are in the address.
export function ModelPage({ params }: { params: Params }) {
  const key: ModelKey = { namespace: params.ns!, name: params.name! };
  const { query } = usePlace();
  const wanted = query.get("version") ?? "current";
  const here = modelPage(key);
  const model = useLoad(here, (signal) => ask<Model>(modelApi(key), { signal }), true);
  const version = useLoad(`${here}@${wanted}`, (signal) => ask<Version>(versionApi(key, wanted), { signal }), true);
  const [deleting, setDeleting] = useState(false);
  const [editing, setEditing] = useState(false);

  const reload = () => { model.reload(); version.reload(); };
  const shown = model.data;
  if (model.error && !shown) {
    return <Page title={key.name} actions={<a class="button" href="/">To the models</a>}><Problem error={model.error} onRetry={reload} /></Page>;
  }
  if (!shown) return <Page title={key.name} busy><Waiting /></Page>;

  const title = titleOf(shown);
  const tabs = kTabs.filter(([tab]) => (tab !== "test" || canBeTried(shown)) && (tab !== "evaluate" || isTextClassifier(shown)) && (tab !== "training" || isWakeWord(shown) || Boolean(shown.training)));
  const tab = tabs.find(([one]) => one === query.get("tab"))?.[0] ?? "overview";
  const number = version.data?.version;
  const linkTo = (values: { tab?: string; version?: number }) => {
    const chosen = { tab: tab === "overview" ? undefined : tab, version: wanted === "current" ? undefined : wanted, ...values };
    return withQuery(here, { ...chosen, tab: chosen.tab === "overview" ? undefined : chosen.tab });
  };
  const pin = () =>
    ask(modelApi(key), { method: "PATCH", json: { pinned: !shown.pinned } }).then(() => {
      forgetList();
      reload();
      toast(shown.pinned ? `${title} can be deleted again.` : `${title} is kept from being deleted.`);
    }, toastError);
  const edited = (now: Model) => {
    if (modelPage(now) === here) reload();
    else navigate(modelPage(now), "replace");
  };
  const actions = (
    <>
      {canBeTried(shown) && <a class="button" href={linkTo({ tab: "test" })}><Icon name="play" />Try it</a>}
      {isTextClassifier(shown) && <a class="button" href={trainAddress(key)}><Icon name="spark" />Train a new version</a>}
      {isWakeWord(shown) && <a class="button" href={withQuery("/train/wake-word", { word: shown.wake_word })}><Icon name="spark" />Train it again</a>}
      {number !== undefined && <a class="button" href={zipApi(key, version.data!.is_current ? undefined : number)} download><Icon name="download" />Download</a>}
      <button type="button" class={shown.pinned ? "button" : "button plain"} aria-pressed={shown.pinned} title={shown.pinned ? "It cannot be deleted while it is pinned" : "Keep it from being deleted"} onClick={() => void pin()}><Icon name="pin" />{shown.pinned ? "Pinned" : "Pin"}</button>
      <button type="button" class="button plain" onClick={() => setEditing(true)}><Icon name="edit" />Edit</button>
      <button type="button" class="button plain warns" onClick={() => setDeleting(true)}><Icon name="trash" />Delete</button>
    </>
  );
  return (
    <Page title={title} heading={title} lead={<Lead model={shown} />} actions={actions}>
      <nav class="tabs" aria-label="Parts of the model">
        {tabs.map(([one, label]) => <a key={one} href={linkTo({ tab: one })} aria-current={one === tab ? "page" : undefined}>{label}</a>)}
      </nav>
      <div class="columns model-body">
        <div class="stack">
          {version.data && wanted !== "current" && !version.data.is_current && <p class="note"><Icon name="alert" /><span>You are looking at version {version.data.version}, which is not the current one. <a href={withQuery(here, { tab })}>To the current version</a></span></p>}
          {version.error && shown.version_count > 0 && <Problem error={version.error} onRetry={version.reload} />}
          {shown.version_count === 0 && <Empty icon="scale"><p>This model has no version yet. Drop its files on this page.</p></Empty>}
          {!version.data && !version.error && <Waiting />}
          {version.data && <Body model={shown} version={version.data} tab={tab} onChanged={reload} />}
        </div>
        <div class="stack aside">
          <Versions model={shown} selected={number} linkTo={(one) => linkTo({ version: one })} onChanged={reload} />
          <Aliases model={shown} selected={number} onChanged={reload} />
        </div>
      </div>
      {editing && <EditModel model={shown} onChanged={edited} onClose={() => setEditing(false)} />}
      {deleting && <DeleteModel model={shown} onClose={() => setDeleting(false)} onDeleted={() => { navigate("/"); return () => navigate(here); }} />}
    </Page>
  );
}
