import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Token } from "../api/types";
import { Confirm } from "../ui/dialog";

type Scope = Token["scopes"][number];
const kScopes: ReadonlyArray<[Scope, string]> = [
  ["read", "list, look inside, download"],
  ["write", "publish, mark, delete and restore"],
  ["admin", "tokens, purging, backups"],
  ["worker", "take jobs and report on them"],
];
const kDays: ReadonlyArray<[string, string]> = [["30", "30 days"], ["90", "90 days"], ["365", "a year"], ["", "never"]];

// Asks for everything that a token needs, and hands over the token with its secret.
export function NewTokenDialog({ onMade, onClose }: { onMade: (token: Token) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [namespace, setNamespace] = useState("*");
  const [days, setDays] = useState("90");
  const make = async () => {
    const expires = days === "" ? {} : { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() };
    onMade(await ask<Token>("/api/tokens", { method: "POST", json: { name: name.trim(), scopes, namespace: namespace.trim() || "*", ...expires } }));
  };
  const toggle = (scope: Scope) => setScopes((now) => (now.includes(scope) ? now.filter((one) => one !== scope) : [...now, scope]));
  return (
    <Confirm title="New token" action="Make it" onConfirm={make} onClose={onClose}>
      <label class="field"><span>Name</span><input class="input" value={name} onInput={(event) => setName(event.currentTarget.value)} placeholder="ci" required autofocus /><span class="hint">The history names it.</span></label>
      <fieldset class="stack plain-set">
        <legend>It may</legend>
        {kScopes.map(([scope, meaning]) => <label key={scope} class="check"><input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} /><span><b>{scope}</b> <span class="muted">{meaning}</span></span></label>)}
      </fieldset>
      <div class="pair">
        <label class="field"><span>In namespace</span><input class="input mono" value={namespace} onInput={(event) => setNamespace(event.currentTarget.value)} /><span class="hint">a name, <code>team-*</code>, or <code>*</code></span></label>
        <label class="field"><span>Expires after</span><select value={days} onChange={(event) => setDays(event.currentTarget.value)}>{kDays.map(([value, label]) => <option key={label} value={value}>{label}</option>)}</select></label>
      </div>
    </Confirm>
  );
}
