import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage, parseReference, versionApi } from "../api/paths";
import type { Diff, Model, ModelPage, Version } from "../api/types";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { isTextClassifier } from "../models/trying";
import type { Side } from "../weigh/side";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { Waiting } from "../ui/waiting";
import { Answers } from "./answers";
import { diffRequest, sideNames } from "./compare";
import { DiffView } from "./diff-view";
import "../styles/compare.css";

const kTypingMs = 150;
const kSuggestions = 8;

// A model as one may write it: itself, and each alias that says more than “current”.
const writtenOf = (model: Model): string[] => [model.reference, ...Object.keys(model.aliases).filter((alias) => alias !== "current").map((alias) => `${model.reference}@${alias}`)];

interface FieldProps {
  label: string;
  id: string;
  value: string;
  onValue: (value: string) => void;
}

// Suggests what is there while one writes; what one writes is taken as it is.
function ReferenceField({ label, id, value, onValue }: FieldProps) {
  const [searched, setSearched] = useState("");
  const name = (value.split("@")[0] ?? "").split("/").pop() ?? "";
  useEffect(() => {
    const timer = setTimeout(() => setSearched(name), kTypingMs);
    return () => clearTimeout(timer);
  }, [name]);
  const { data } = useLoad(`suggest ${searched}`, (signal) => ask<ModelPage>("/api/models", { query: { search: searched, length: kSuggestions }, signal }), true);
  return (
    <label class="field grow">
      <span>{label}</span>
      <input class="input mono" list={id} value={value} placeholder="namespace/name@3" spellcheck={false} autocomplete="off" onInput={(event) => onValue(event.currentTarget.value)} />
      <datalist id={id}>{(data?.models ?? []).flatMap(writtenOf).map((written) => <option key={written} value={written} />)}</datalist>
    </label>
  );
}

const linkOf = (reference: string) => {
  const key = parseReference(reference);
  return key ? <a class="mono" href={withQuery(modelPage(key), { version: key.version })}>{reference}</a> : <span class="mono">{reference}</span>;
};

// The two as text classifiers; nothing where one of them is something else.
async function fetchSides(diff: Diff, signal: AbortSignal): Promise<[Side, Side] | undefined> {
  const names = sideNames(diff);
  const fetchSide = async (reference: string, title: string): Promise<Side | undefined> => {
    const key = parseReference(reference);
    if (!key) return undefined;
    const [model, version] = await Promise.all([ask<Model>(modelApi(key), { signal }), ask<Version>(versionApi(key, key.version ?? "current"), { signal })]);
    return isTextClassifier(model) ? { model: key, version, title } : undefined;
  };
  const [from, to] = await Promise.all([fetchSide(diff.from, names.from), fetchSide(diff.to, names.to)]);
  return from && to && diff.from !== diff.to ? [from, to] : undefined;
}

// Any two versions of any two models.
export function DiffPage() {
  const { query } = usePlace();
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const all = query.get("all") === "1";
  const [left, setLeft] = useState(from);
  const [right, setRight] = useState(to);
  useEffect(() => { setLeft(from); setRight(to); }, [from, to]);
  const request = diffRequest(from, to);
  const diff = useLoad(`diff ${from} ${to}`, (signal) => (request ? ask<Diff>(request.path, { query: request.query, signal }) : Promise.resolve(undefined)));
  const sides = useLoad(`sides ${diff.data?.from} ${diff.data?.to}`, (signal) => (diff.data ? fetchSides(diff.data, signal) : Promise.resolve(undefined)));
  const go = (values: Record<string, string>) => navigate(withQuery("/diff", { from: left.trim(), to: right.trim(), all: all ? "1" : "", ...values }));
  return (
    <Page title="Compare" lead="Any two versions: of one model, or of two. A reference is a name, a name with a number, or a name with an alias.">
      <div class="stack">
        <form class="sheet compare-pick" onSubmit={(event) => { event.preventDefault(); go({}); }}>
          <ReferenceField label="From" id="diff-from" value={left} onValue={setLeft} />
          <button type="button" class="button plain square" aria-label="Swap" title="Swap" onClick={() => go({ from: right.trim(), to: left.trim() })}><Icon name="arrow" /></button>
          <ReferenceField label="To" id="diff-to" value={right} onValue={setRight} />
          <button type="submit" class="button main" disabled={left.trim() === "" || right.trim() === ""}>Compare</button>
        </form>
        {from !== "" && to !== "" && !request && <Problem error={new Error(`“${from}” is no reference. Write name, name@3, or namespace/name@alias.`)} />}
        {diff.error && <Problem error={diff.error} onRetry={diff.reload} />}
        {request && diff.loading && <Waiting />}
        {diff.data && (
          <>
            <div class="row"><p>{linkOf(diff.data.from)} <span class="muted">→</span> {linkOf(diff.data.to)}</p><label class="check push"><input type="checkbox" checked={all} onChange={(event) => navigate(withQuery("/diff", { from, to, all: event.currentTarget.checked ? "1" : "" }), "replace")} />Also what is the same</label></div>
            {sides.data && <Answers from={sides.data[0]} to={sides.data[1]} />}
            <DiffView diff={diff.data} all={all} />
          </>
        )}
        {!request && (from === "" || to === "") && <Empty icon="scale"><p>Choose what lies on each side of the scale.</p></Empty>}
      </div>
    </Page>
  );
}
