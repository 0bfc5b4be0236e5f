import { ask } from "../api/client";
import type { Health } from "../api/types";
import { formatDuration } from "../base/format";
import { useLoad } from "../base/use-load";
import { useStore } from "../base/use-store";
import { session, signedIn, signOut } from "../session/session";
import { CopyButton } from "../ui/copy";
import { Problem } from "../ui/problem";
import { toastError } from "../ui/toast";
import { Waiting } from "../ui/waiting";

// What /api/info tells; the contract leaves it open.
interface Info {
  database?: string;
  home?: string;
  testable_kinds?: readonly string[];
  trainable_kinds?: readonly string[];
}

const wellOf = (component: unknown): boolean => (component as { status?: string } | null)?.status === "healthy";

export function ServerPanel() {
  const health = useLoad("health", (signal) => ask<Health>("/health", { signal }), true);
  const info = useLoad("info", (signal) => ask<Info>("/api/info", { signal }), true);
  const now = health.data;
  return (
    <section class="sheet stack" aria-labelledby="server-head">
      <div class="row"><h2 id="server-head">This server</h2>{now && <span class={now.status === "healthy" ? "chip good" : "chip danger"}>{now.status}</span>}<button type="button" class="button tight push" onClick={() => { health.reload(); info.reload(); }}>Look again</button></div>
      {health.error && <Problem error={health.error} onRetry={health.reload} />}
      {!now && !health.error && <Waiting />}
      {now && (
        <dl class="facts">
          <dt>Version</dt><dd>{now.version}</dd>
          {now.uptime_seconds !== undefined && <><dt>Running for</dt><dd>{formatDuration(now.uptime_seconds)}</dd></>}
          {Object.entries(now.components ?? {}).map(([name, component]) => [<dt key={name} class="capital">{name}</dt>, <dd key={`${name}=`}>{wellOf(component) ? "well" : <span class="bad-text">not available: the log says why</span>}{name === "database" && info.data?.database && <span class="muted"> · {info.data.database}</span>}</dd>])}
          {info.data?.home && <><dt>Home</dt><dd class="row"><code class="break">{info.data.home}</code><CopyButton text={info.data.home} label="Copy the path of the home" /></dd></>}
          <dt>Can test</dt><dd>{info.data?.testable_kinds?.join(", ") || "no kind yet"}</dd>
          <dt>Can train</dt><dd>{info.data?.trainable_kinds?.join(", ") || "no kind yet"}</dd>
        </dl>
      )}
      <p class="row small"><a href="/metrics" target="_blank" rel="noreferrer">Figures for Prometheus</a><a href="/docs">API</a><a href="/events">History of everything</a></p>
    </section>
  );
}

export function WhoPanel() {
  const who = useStore(session);
  const withToken = useStore(signedIn);
  return (
    <section class="sheet stack" aria-labelledby="who-head">
      <h2 id="who-head">You</h2>
      {who && who.name !== "" && (
        <dl class="facts">
          <dt>Known as</dt><dd>{who.name}</dd>
          <dt>May</dt><dd class="row">{who.scopes.map((scope) => <span key={scope} class="chip">{scope}</span>)}</dd>
          <dt>Because</dt><dd>{withToken ? "this browser gave a token" : "requests of this machine are trusted"}</dd>
        </dl>
      )}
      {withToken && <div class="row"><button type="button" class="button" onClick={() => void signOut().catch(toastError)}>Sign out</button></div>}
    </section>
  );
}
