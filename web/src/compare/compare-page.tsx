import { ask } from "../api/client";
import { modelApi, modelPage, type ModelKey } from "../api/paths";
import type { Diff, Model, Version } from "../api/types";
import { navigate, usePlace } from "../base/location";
import { withQuery, type Params } from "../base/route";
import { useLoad } from "../base/use-load";
import { Icon } from "../ui/icons";
import { isTextClassifier } from "../models/trying";
import { Page } from "../ui/page";
import { Problem } from "../ui/problem";
import { Waiting } from "../ui/waiting";
import { Answers } from "./answers";
import { DiffView } from "./diff-view";
import { SeveralView } from "./several-view";
import { kMostSides, readSides } from "./side-by-side";
import "../styles/compare.css";

const optionText = (version: Version): string => `v${version.version}${version.label ? ` · ${version.label}` : ""}${version.is_current ? " (current)" : ""}`;

interface PickProps {
  label: string;
  value: string;
  versions: readonly Version[];
  onPick: (value: string) => void;
}

function Pick({ label, value, versions, onPick }: PickProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {!versions.some((version) => String(version.version) === value) && <option value={value}>{value || "choose"}</option>}
        {versions.map((version) => <option key={version.version} value={String(version.version)}>{optionText(version)}</option>)}
      </select>
    </label>
  );
}

// Two versions with every tensor, or up to five side by side; what differs first, everything on request.
export function ComparePage({ params }: { params: Params }) {
  const key: ModelKey = { namespace: params.ns!, name: params.name! };
  const { path, query } = usePlace();
  const several = readSides(query.get("versions"));
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "current";
  const all = query.get("all") === "1";
  const versions = useLoad(`${path} versions`, (signal) => ask<{ versions: Version[] }>(`${modelApi(key)}/versions`, { query: { length: 1000 }, signal }));
  const pair = several.length > 2 ? undefined : several.length === 2 ? { from: several[1]!, to: several[0]! } : from === "" ? undefined : { from, to };
  const diff = useLoad(`${path} ${pair?.from} ${pair?.to}`, (signal) => (pair ? ask<Diff>(`${modelApi(key)}/diff`, { query: pair, signal }) : Promise.resolve(undefined)));

  const model = useLoad(path, (signal) => ask<Model>(modelApi(key), { signal }));

  const known = versions.data?.versions ?? [];
  const sides = several.length > 0 ? several : pair ? [pair.to, pair.from] : [to];
  const go = (values: Record<string, string>) => navigate(withQuery(path, { all: all ? "1" : "", ...values }), "replace");
  const goSides = (next: readonly string[]) => go(next.length === 2 ? { from: next[1]!, to: next[0]! } : { versions: next.join(",") });
  const replace = (index: number, value: string) => goSides(sides.map((side, at) => (at === index ? value : side)));
  const unused = known.find((version) => !sides.includes(String(version.version)) && !(version.is_current && sides.includes("current")));
  // A side may be a number, an alias or a label.
  const versionOf = (side: string) => known.find((one) => String(one.version) === side || one.aliases.includes(side) || one.label === side || (side === "current" && one.is_current));
  const [before, after] = [pair && versionOf(pair.from), pair && versionOf(pair.to)];
  const canAnswer = model.data !== undefined && isTextClassifier(model.data) && before !== undefined && after !== undefined && before !== after;
  return (
    <Page title={`Compare ${key.name}`} heading={<>Compare versions of <a href={modelPage(key)}>{key.name}</a></>}>
      <div class="stack">
        <div class="sheet compare-pick">
          {pair ? (
            <>
              <Pick label="From" value={pair.from} versions={known} onPick={(value) => goSides([pair.to, value])} />
              <button type="button" class="button plain square" aria-label="Swap" title="Swap" onClick={() => goSides([pair.from, pair.to])}><Icon name="arrow" /></button>
              <Pick label="To" value={pair.to} versions={known} onPick={(value) => goSides([value, pair.from])} />
            </>
          ) : sides.map((side, index) => (
            <div key={index} class="row compare-side">
              <Pick label={`Version ${index + 1}`} value={side} versions={known} onPick={(value) => replace(index, value)} />
              {sides.length > 2 && <button type="button" class="button plain square" aria-label={`Leave out ${side}`} title="Leave out" onClick={() => goSides(sides.filter((_, at) => at !== index))}><Icon name="close" /></button>}
            </div>
          ))}
          {unused && sides.length < kMostSides && <button type="button" class="button" onClick={() => goSides([...sides, String(unused.version)])}><Icon name="add" />Another version</button>}
          <label class="check push"><input type="checkbox" checked={all} onChange={(event) => navigate(withQuery(path, { from: query.get("from"), to: query.get("to"), versions: query.get("versions"), all: event.currentTarget.checked ? "1" : "" }), "replace")} />Also what is the same</label>
        </div>
        {canAnswer && <Answers from={{ model: key, version: before, title: `v${before.version}` }} to={{ model: key, version: after, title: `v${after.version}` }} />}
        {diff.error && <Problem error={diff.error} onRetry={diff.reload} />}
        {pair && diff.loading && <Waiting />}
        {pair && diff.data && <DiffView diff={diff.data} all={all} />}
        {!pair && sides.length > 2 && <SeveralView model={key} sides={sides} all={all} />}
      </div>
    </Page>
  );
}
