import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import type { Alias, Gates, Model } from "../api/types";
import { formatDateTime } from "../base/format";
import { useLoad } from "../base/use-load";
import { forgetList } from "../models/kept-list";
import { isTextClassifier } from "../models/trying";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast, toastError } from "../ui/toast";
import { knownData, listEvaluations } from "../weigh/evaluations";
import { Findings, GateList } from "./gate-list";
import { getGates } from "./gates";

interface Props {
  model: Model;
  selected: number | undefined;
  onChanged: () => void;
}

const kMostGated = 20;

// The rules of every alias that takes some, and the data that they may name.
function useGates(model: Model, aliases: readonly Alias[], version: number | undefined) {
  const names = aliases.map(({ alias }) => alias).filter((alias) => alias !== "current").slice(0, kMostGated);
  return useLoad(`gates ${model.reference} ${model.revision} ${names.join()} ${version}`, async (signal) => {
    const weighed = names.length > 0 && isTextClassifier(model) ? await listEvaluations(model.reference, signal) : [];
    const gates = await Promise.all(names.map((alias) => getGates(model, alias, version, signal)));
    return { gates: new Map<string, Gates>(gates.map((one) => [one.alias, one])), data: knownData(weighed).map(({ name }) => name).filter(Boolean) };
  }, true);
}

export function Aliases({ model, selected, onChanged }: Props) {
  const address = (alias: string) => `${modelApi(model)}/aliases/${encodeURIComponent(alias)}`;
  const { data, error, reload } = useLoad(`aliases ${model.reference} ${model.revision}`, (signal) => ask<{ aliases: Alias[] }>(`${modelApi(model)}/aliases`, { signal }), true);
  const gated = useGates(model, data?.aliases ?? [], selected);
  const [name, setName] = useState("");
  const [moving, setMoving] = useState<string>();
  const [reason, setReason] = useState("");

  const changed = (text: string) => { forgetList(); reload(); gated.reload(); onChanged(); toast(text); };
  const move = async () => {
    const body = { version: selected, ...(reason.trim() ? { reason: reason.trim() } : {}) };
    await ask(address(moving!), { method: "PUT", json: body });
    setName("");
    setReason("");
    changed(`${moving} points at version ${selected}.`);
  };
  const rollBack = (alias: string) =>
    ask<Alias>(`${address(alias)}/rollback`, { method: "POST" }).then((now) => changed(`${alias} points at version ${now.version} again.`), toastError);
  const remove = (alias: Alias) =>
    ask(address(alias.alias), { method: "DELETE" }).then(() => {
      changed(`${alias.alias} is removed.`);
    }, toastError);

  return (
    <section class="sheet flush" aria-labelledby="aliases-head">
      <header><h2 id="aliases-head">Aliases</h2></header>
      {error && <Problem error={error} onRetry={reload} />}
      <ul class="versions">
        {(data?.aliases ?? []).map((alias) => (
          <li key={alias.alias}>
            <div class="row">
              <b class={alias.alias === "current" ? "chip accent" : "chip brass"}>{alias.alias}</b>
              <span>→ v{alias.version}</span>
              {alias.held && <span class="chip" title="Stays where it is when versions are added"><Icon name="pin" />held</span>}
              <span class="row push">
                {selected !== undefined && alias.version !== selected && <button type="button" class="button tight" onClick={() => setMoving(alias.alias)}>Move to v{selected}</button>}
                <button type="button" class="button plain square tight" aria-label={`Roll back ${alias.alias}`} title="Roll back: return to the target before the last move" onClick={() => void rollBack(alias.alias)}><Icon name="undo" /></button>
                {alias.alias !== "current" && <button type="button" class="button plain square tight warns" aria-label={`Remove ${alias.alias}`} title="Remove" onClick={() => void remove(alias)}><Icon name="close" /></button>}
              </span>
            </div>
            {gated.data?.gates.has(alias.alias) && <GateList model={model} gates={gated.data.gates.get(alias.alias)!} version={selected} data={gated.data.data} onChanged={gated.reload} />}
            {alias.moved_at && <p class="muted small">since {formatDateTime(alias.moved_at)}{alias.moved_by && ` · ${alias.moved_by}`}</p>}
          </li>
        ))}
      </ul>
      {selected !== undefined && (
        <form class="row more" onSubmit={(event) => { event.preventDefault(); setMoving(name.trim()); }}>
          <label class="unseen" for="new-alias">New alias</label>
          <input id="new-alias" class="input alias-input" placeholder="production" value={name} onInput={(event) => setName(event.currentTarget.value)} />
          <button type="submit" class="button" disabled={name.trim() === ""}>Point at v{selected}</button>
        </form>
      )}
      {moving !== undefined && (
        <Confirm title={`Point ${moving} at version ${selected}?`} action="Move" onConfirm={move} onClose={() => setMoving(undefined)}>
          <p>Whoever asks for <code>{model.reference}@{moving}</code> gets version {selected} from now on. “Roll back” returns to what it is now.</p>
          {(gated.data?.gates.get(moving)?.findings ?? []).length > 0 && <div class="stack tight-stack"><h3>What {moving} demands of it</h3><Findings findings={gated.data!.gates.get(moving)!.findings!} /></div>}
          <label class="field"><span>Reason <span class="muted">(optional, kept in the history)</span></span><input class="input" value={reason} onInput={(event) => setReason(event.currentTarget.value)} /></label>
        </Confirm>
      )}
    </section>
  );
}
