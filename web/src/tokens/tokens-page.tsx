import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Token } from "../api/types";
import { formatDate, formatDateTime } from "../base/format";
import { useLoad } from "../base/use-load";
import { useStore } from "../base/use-store";
import { signedIn } from "../session/session";
import { Snippet } from "../ui/copy";
import { Confirm, Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Note, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { toast } from "../ui/toast";

type Scope = Token["scopes"][number];
const kScopes: ReadonlyArray<[Scope, string]> = [
  ["read", "list, look inside, download"],
  ["write", "publish, mark, delete and restore"],
  ["admin", "tokens, purging, backups"],
  ["worker", "take jobs and report on them"],
];
const kDays: ReadonlyArray<[string, string]> = [["30", "30 days"], ["90", "90 days"], ["365", "a year"], ["", "never"]];

function NewTokenDialog({ onMade, onClose }: { onMade: (token: Token) => void; onClose: () => void }) {
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

export function TokensPage() {
  const { data, error, loading, reload } = useLoad("tokens", (signal) => ask<{ tokens: Token[] }>("/api/tokens", { signal }), true);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Token>();
  const [doomed, setDoomed] = useState<Token>();
  const withToken = useStore(signedIn);
  const tokens = data?.tokens ?? [];
  const revoke = async () => {
    await ask(`/api/tokens/${encodeURIComponent(doomed!.name)}`, { method: "DELETE" });
    reload();
    toast(`${doomed!.name} opens nothing any more.`);
  };
  return (
    <Page title="Tokens" lead="Keys for programs and people elsewhere. Each has a name, what it may do, where, and until when."
      actions={<button type="button" class="button main" onClick={() => setMaking(true)}><Icon name="add" />New token</button>}>
      <div class="stack">
        {!withToken && <Note icon="help"><p>On this machine no token is asked for: whoever has an account here is trusted. A server that listens elsewhere asks for one.</p></Note>}
        {error && <Problem error={error} onRetry={reload} />}
        {tokens.length === 0 && !loading && !error && <Empty icon="pin"><p>There are no tokens.</p></Empty>}
        {tokens.length > 0 && (
          <ScrollX class="sheet flush" label="Tokens">
            <table>
              <thead><tr><th scope="col">Name</th><th scope="col">May</th><th scope="col">Namespace</th><th scope="col">Made</th><th scope="col">Expires</th><th scope="col">Last used</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
              <tbody>
                {tokens.map((token) => (
                  <tr key={token.name}>
                    <th scope="row">{token.name}</th>
                    <td><span class="row">{token.scopes.map((scope) => <span key={scope} class="chip">{scope}</span>)}</span></td>
                    <td class="mono">{token.namespace}</td>
                    <td>{formatDate(token.created_at)}</td>
                    <td>{token.expires_at ? <span class={Date.parse(token.expires_at) < Date.now() ? "chip danger" : undefined}>{formatDate(token.expires_at)}</span> : "never"}</td>
                    <td>{token.last_used_at ? formatDateTime(token.last_used_at) : "never"}</td>
                    <td class="actions"><button type="button" class="button tight plain warns" onClick={() => setDoomed(token)}>Revoke</button></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </div>
      {making && <NewTokenDialog onMade={(token) => { setMade(token); reload(); }} onClose={() => setMaking(false)} />}
      {made && (
        <Dialog title={`Token ${made.name}`} onClose={() => setMade(undefined)}>
          <div class="stack">
            <h2>{made.name}</h2>
            <p>This is the only time that the secret is shown. Copy it now.</p>
            <Snippet label="the secret" text={made.secret ?? ""} />
            <Snippet label="how to use it" text={`export WEIGH_TOKEN=${made.secret ?? ""}`} />
            <div class="row"><button type="button" class="button main push" onClick={() => setMade(undefined)}>I have it</button></div>
          </div>
        </Dialog>
      )}
      {doomed && <Confirm title={`Revoke ${doomed.name}?`} action="Revoke" danger onConfirm={revoke} onClose={() => setDoomed(undefined)}><p>Whatever uses it is refused from now on. A new token can take its place.</p></Confirm>}
    </Page>
  );
}
