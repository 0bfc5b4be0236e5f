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
import { Empty, Note, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { toast } from "../ui/toast";
import { Waiting } from "../ui/waiting";
import { NewTokenDialog } from "./new-token";

// Whether an expiry is so near that somebody should make the next token.
const kSoonMs = 14 * 86_400_000;

function Expiry({ token }: { token: Token }) {
  if (!token.expires_at) return <>never</>;
  const left = Date.parse(token.expires_at) - Date.now();
  return <span class={left < 0 ? "chip danger" : left < kSoonMs ? "chip brass" : undefined}>{formatDate(token.expires_at)}</span>;
}

export function TokensPanel() {
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
    <>
      <section class="sheet flush" aria-labelledby="tokens-head">
        <header>
          <h2 id="tokens-head">Tokens</h2>
          <span class="row push"><button type="button" class="button" onClick={() => setMaking(true)}><Icon name="add" />New token</button></span>
        </header>
        {!withToken && <div class="inset"><Note icon="help"><p>On this machine no token is asked for: whoever has an account here is trusted. A server that listens elsewhere asks for one.</p></Note></div>}
        {error && <Problem error={error} onRetry={reload} />}
        {!data && !error && <Waiting />}
        {tokens.length === 0 && !loading && !error && <Empty icon="key"><p>There are no tokens.</p></Empty>}
        {tokens.length > 0 && (
          <ScrollX label="Tokens">
            <table>
              <thead><tr><th scope="col">Name</th><th scope="col">May</th><th scope="col">Namespace</th><th scope="col">Made</th><th scope="col">Expires</th><th scope="col">Last used</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
              <tbody>
                {tokens.map((token) => (
                  <tr key={token.name}>
                    <th scope="row">{token.name}</th>
                    <td><span class="row">{token.scopes.map((scope) => <span key={scope} class="chip">{scope}</span>)}</span></td>
                    <td class="mono">{token.namespace}</td>
                    <td>{formatDate(token.created_at)}</td>
                    <td><Expiry token={token} /></td>
                    <td>{token.last_used_at ? formatDateTime(token.last_used_at) : "never"}</td>
                    <td class="actions"><button type="button" class="button tight plain warns" onClick={() => setDoomed(token)}>Revoke</button></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </section>
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
    </>
  );
}
