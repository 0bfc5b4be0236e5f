import { useEffect, useRef, useState } from "preact/hooks";
import { modelPage } from "../api/paths";
import { formatPercent } from "../base/format";
import { navigate } from "../base/location";
import { useStore } from "../base/use-store";
import { nameProblem, toName } from "../intake/plan";
import { kindWord, titleOf } from "../models/naming";
import { nextVersionOf, useExisting } from "../models/use-existing";
import { Problem } from "../ui/problem";
import { BaseChoice } from "./base-choice";
import { drafts } from "./draft";
import { fitOrder, kFitChoices, sendData, startFit } from "./fit";
import { keepTestFor, trainAddress } from "./fit-address";

interface Props {
  // Of the model that gets a new version; empty for a new one.
  namespace: string;
  name: string;
}

const suggested = (file: string | undefined): string => toName((file ?? "").replace(/\.[^.]+$/, "").replace(/[-_. ]*(train|training|data|examples)$/i, ""));

export function FitForm({ namespace: givenNamespace, name: givenName }: Props) {
  const train = useStore(drafts.train);
  const test = useStore(drafts.test);
  const [typedName, setName] = useState<string | undefined>(givenName || undefined);
  const [namespace, setNamespace] = useState(givenNamespace || "custom");
  const [choices, setChoices] = useState(kFitChoices);
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<Error>();
  const abort = useRef<AbortController>();
  useEffect(() => () => abort.current?.abort(), []);

  const name = typedName ?? suggested(train.source?.name);
  const existing = useExisting(namespace, name);
  const otherKind = existing && existing.version_count > 0 && existing.kind !== "text-classifier";
  const wrongName = name === "" ? undefined : nameProblem(name);
  const labels = train.summary?.labels.length ?? 0;
  const ready = labels >= 2 && !train.reading && !test.reading;
  const busy = sent !== undefined;
  const set = (key: keyof typeof choices) => (event: Event) => setChoices((now) => ({ ...now, [key]: (event.currentTarget as HTMLInputElement).value }));

  const fit = async (signal: AbortSignal) => {
    const data = await sendData("train", setSent, signal);
    const testData = test.summary ? await sendData("test", setSent, signal) : undefined;
    const model = { namespace, name };
    const job = await startFit(model, fitOrder(data, choices));
    if (testData) keepTestFor(job.job_id, testData);
    navigate(trainAddress(model, job.job_id), "replace");
  };
  const submit = (event: Event) => {
    event.preventDefault();
    abort.current = new AbortController();
    const { signal } = abort.current;
    setSent(0);
    setError(undefined);
    fit(signal).catch((caught: Error) => {
      if (signal.aborted) return;
      setError(caught);
      setSent(undefined);
    });
  };
  const hint = wrongName ?? (otherKind ? `${existing.reference} is a ${kindWord(existing.kind).toLowerCase()}. Choose another name.` : existing ? <>This becomes version {nextVersionOf(existing)} of <a href={modelPage(existing)}>{titleOf(existing)}</a>; the others stay.</> : existing === null ? "A new model." : " ");
  return (
    <form class="sheet stack publish" onSubmit={submit} aria-label="Train">
      <h2>Train</h2>
      <div class="field">
        <label for="fit-name">Name</label>
        <input id="fit-name" aria-describedby="fit-name-hint" class="input mono" name="name" placeholder="tickets" value={name} onInput={(event) => setName(event.currentTarget.value)} aria-invalid={wrongName || otherKind ? "true" : undefined} autocomplete="off" spellcheck={false} required />
        <span id="fit-name-hint" class="hint">{hint}</span>
      </div>
      <BaseChoice value={choices.base} onChange={(base) => setChoices((now) => ({ ...now, base }))} />
      <details>
        <summary>More</summary>
        <div class="stack more-fields">
          <label class="field"><span>Namespace</span><input class="input mono" name="namespace" value={namespace} onInput={(event) => setNamespace(event.currentTarget.value)} required spellcheck={false} /></label>
          <label class="field"><span>Label <span class="muted">a word for the version</span></span><input class="input mono" name="label" placeholder="v1.1" value={choices.label} onInput={set("label")} /></label>
          <label class="field"><span>Notes</span><textarea name="notes" placeholder="What is different about this one?" value={choices.notes} onInput={set("notes")} /></label>
          <div class="pair">
            <label class="field"><span>Seed</span><input class="input" name="seed" type="number" min="0" placeholder="42" value={choices.seed} onInput={set("seed")} /></label>
            <label class="field"><span>Folds</span><input class="input" name="folds" type="number" min="0" max="20" placeholder="5" value={choices.folds} onInput={set("folds")} /></label>
          </div>
          <p class="hint">Folds are the parts of the cross-validation that the first figures come from; 0 measures nothing.</p>
        </div>
      </details>
      {error && <Problem error={error} />}
      {busy ? (
        <>
          <div class="bar" role="progressbar" aria-label="Sending the examples" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor((sent ?? 0) * 100)}><span style={{ width: `${(sent ?? 0) * 100}%` }} /></div>
          <p class="muted small" role="status">Sending the examples: {formatPercent(sent)}</p>
        </>
      ) : (
        <button type="submit" class="button main" disabled={!ready || name === "" || wrongName !== undefined || Boolean(otherKind)}>Train</button>
      )}
      {!ready && !busy && <p class="hint">{labels === 1 ? "There is one label only: a classifier needs two to choose from." : "Give it examples of at least two labels first."}</p>}
    </form>
  );
}
