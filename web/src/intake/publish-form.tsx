import { useMemo, useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage } from "../api/paths";
import { kKinds, type Kind, type NewVersion, type Version } from "../api/types";
import { navigate } from "../base/location";
import { forgetList } from "../models/kept-list";
import { kindWord, titleOf } from "../models/naming";
import { nextVersionOf, useExisting } from "../models/use-existing";
import { Note, Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { clear, isReady, type IntakeItem } from "./intake";
import { advice, isMetadataPath, nameProblem, splitFolder, suggestKind, suggestName } from "./plan";

export function PublishForm({ items }: { items: readonly IntakeItem[] }) {
  const paths = useMemo(() => items.map((item) => item.path), [items.map((item) => item.path).join("\n")]);
  const metadata = items.find((item) => item.metadata && isMetadataPath(item.path))?.metadata;
  const [typedName, setName] = useState<string>();
  const [namespace, setNamespace] = useState("custom");
  const [typedKind, setKind] = useState<Kind>();
  const [label, setLabel] = useState("");
  const [notes, setNotes] = useState("");
  const [inLibrary, setInLibrary] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  const name = typedName ?? suggestName(paths);
  const existing = useExisting(namespace, name);
  const kind = existing?.kind ?? typedKind ?? suggestKind(metadata);
  const wrongName = nameProblem(name);
  const ready = items.length > 0 && items.every(isReady);

  const publish = async () => {
    const inner = splitFolder(paths).paths;
    const body: NewVersion = { files: items.map((item, index) => ({ path: inner[index]!, digest: item.digest! })), kind, in_library: inLibrary };
    if (label.trim()) body.label = label.trim();
    if (notes.trim()) body.notes = notes.trim();
    const version = await ask<Version>(`${modelApi({ namespace, name })}/versions`, { method: "POST", json: body, headers: { "idempotency-key": crypto.getRandomValues(new Uint32Array(4)).join("-") } });
    clear();
    forgetList();
    toast(`${version.reference} is kept.`);
    navigate(modelPage({ namespace, name }));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    publish().catch((caught: Error) => { setError(caught); setBusy(false); });
  };

  return (
    <form class="sheet stack publish" onSubmit={submit} aria-label="Publish">
      <h2>Keep it as</h2>
      <label class="field">
        <span>Name</span>
        <input class="input mono" name="name" value={name} onInput={(event) => setName(event.currentTarget.value)} aria-invalid={name !== "" && wrongName ? "true" : undefined} autocomplete="off" spellcheck={false} required />
        <span class="hint">{wrongName ?? (existing ? `${titleOf(existing)} is here already: this becomes its version ${nextVersionOf(existing)} or later.` : existing === null ? "A new model." : " ")}</span>
      </label>
      <div class="pair">
        <label class="field"><span>Namespace</span><input class="input mono" name="namespace" value={namespace} onInput={(event) => setNamespace(event.currentTarget.value)} required spellcheck={false} /></label>
        <label class="field">
          <span>Kind</span>
          <select name="kind" value={kind} disabled={Boolean(existing)} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
            {kKinds.map((one) => <option key={one} value={one}>{kindWord(one)}</option>)}
          </select>
        </label>
      </div>
      <label class="field"><span>Label <span class="muted">(optional)</span></span><input class="input mono" name="label" placeholder="v1.1" value={label} onInput={(event) => setLabel(event.currentTarget.value)} /></label>
      <label class="field"><span>Notes <span class="muted">(optional)</span></span><textarea name="notes" placeholder="What is different about this one?" value={notes} onInput={(event) => setNotes(event.currentTarget.value)} /></label>
      <label class="check"><input type="checkbox" checked={inLibrary} onChange={(event) => setInLibrary(event.currentTarget.checked)} />Also keep it as a plain folder in <code>models/{namespace}/{name || "NAME"}</code></label>
      {advice(paths).map((text) => <Note key={text} tone="brass">{text}</Note>)}
      {error && <Problem error={error} />}
      <button type="submit" class="button main" disabled={!ready || busy || wrongName !== undefined}>{ready ? "Keep this version" : "Waiting for the files"}</button>
    </form>
  );
}
