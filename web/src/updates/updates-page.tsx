import { ask } from "../api/client";
import type { Source } from "../api/types";
import { formatDateTime, formatDuration } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { useLoad } from "../base/use-load";
import { Snippet } from "../ui/copy";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { Waiting } from "../ui/waiting";
import { UpdateDialog } from "./update-dialog";

function Rows({ sources }: { sources: readonly Source[] }) {
  return (
    <section class="sheet flush" aria-labelledby="sources-head">
      <header><h2 id="sources-head">Sources</h2></header>
      <ScrollX label="Sources">
        <table>
          <thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Address</th><th scope="col">Channel</th><th scope="col">Signed</th><th scope="col">Asked</th></tr></thead>
          <tbody>
            {sources.map((source) => (
              <tr key={source.name}>
                <th scope="row">{source.name}</th>
                <td>{source.kind}</td>
                <td class="mono break">{source.address}</td>
                <td>{source.channel}</td>
                <td>{source.public_key ? "key pinned" : "no"}</td>
                <td>
                  {source.checked_at ? formatDateTime(source.checked_at) : "never"}
                  {(source.interval_seconds ?? 0) > 0 && <span class="muted small"> · every {formatDuration(source.interval_seconds!)}, then {source.policy}</span>}
                  {source.failure && <p class="bad-text small break">{source.failure}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}

// Where models come from. The dialog is in the address, so that a link can open it.
export function UpdatesPage() {
  const { query } = usePlace();
  const { data, error, reload } = useLoad("sources", (signal) => ask<{ sources: Source[] }>("/api/sources", { signal }), true);
  const sources = data?.sources ?? [];
  const close = () => { navigate("/updates", "replace"); reload(); };
  return (
    <Page title="Updates" lead="Newer versions of models that came from elsewhere. The old version stays, and one step leads back to it."
      actions={sources.length > 0 && <button type="button" class="button main" onClick={() => navigate("/updates?dialog=open")}><Icon name="download" />ML Model Updates</button>}>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {data && sources.length === 0 && (
        <Empty icon="download">
          <p>No source is named yet. Another Weighhouse, an update server, a hub, a bucket or a folder can be one.</p>
          <Snippet label="how to name one" text="weigh source add acme https://models.example.com" />
        </Empty>
      )}
      {sources.length > 0 && <Rows sources={sources} />}
      {query.get("dialog") === "open" && <UpdateDialog onClose={close} />}
    </Page>
  );
}
