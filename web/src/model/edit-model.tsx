import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import { kKinds, type Kind, type Model } from "../api/types";
import { forgetList } from "../models/kept-list";
import { kindWord } from "../models/naming";
import { Confirm } from "../ui/dialog";

interface Props {
  model: Model;
  onChanged: (now: Model) => void;
  onClose: () => void;
}

// Only what one changed is sent, and only when nobody else changed the model in between.
export function EditModel({ model, onChanged, onClose }: Props) {
  const [now, setNow] = useState({ display_name: model.display_name, name: model.name, namespace: model.namespace, kind: model.kind as string, licence: model.licence ?? "" });
  const set = (key: keyof typeof now) => (event: Event) => setNow((was) => ({ ...was, [key]: (event.currentTarget as HTMLInputElement).value }));
  const save = async () => {
    const before: Record<string, string> = { ...now, display_name: model.display_name, name: model.name, namespace: model.namespace, kind: model.kind, licence: model.licence ?? "" };
    const changes = Object.fromEntries(Object.entries(now).filter(([key, value]) => value.trim() !== before[key]).map(([key, value]) => [key, value.trim()]));
    if (Object.keys(changes).length === 0) return;
    const changed = await ask<Model>(modelApi(model), { method: "PATCH", headers: { "if-match": `"${model.revision}"` }, json: changes });
    forgetList();
    onChanged(changed);
  };
  const moves = now.name.trim() !== model.name || now.namespace.trim() !== model.namespace;
  return (
    <Confirm title={`Edit ${model.reference}`} action="Save" onConfirm={save} onClose={onClose}>
      <label class="field"><span>Shown as</span><input class="input" value={now.display_name} onInput={set("display_name")} autofocus /></label>
      <div class="pair">
        <label class="field"><span>Kind</span><select value={now.kind} onChange={set("kind")}>{kKinds.map((kind: Kind) => <option key={kind} value={kind}>{kindWord(kind)}</option>)}</select></label>
        <label class="field"><span>Licence</span><input class="input" value={now.licence} placeholder="Apache-2.0" onInput={set("licence")} /></label>
        <label class="field"><span>Namespace</span><input class="input mono" value={now.namespace} onInput={set("namespace")} /></label>
        <label class="field"><span>Name</span><input class="input mono" value={now.name} onInput={set("name")} /></label>
      </div>
      {moves && <p class="note">Programs that ask for {model.reference} find nothing there from then on. Versions, aliases and history go with the model.</p>}
    </Confirm>
  );
}
