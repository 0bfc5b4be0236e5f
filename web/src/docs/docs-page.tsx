import { useMemo, useState } from "preact/hooks";
import { ask } from "../api/client";
import { usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { CardText } from "../model/card-text";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { Waiting } from "../ui/waiting";
import { groupsOf, matches, operationsOf, type Contract, type Group, type Operation } from "./contract";
import { Method, OperationView } from "./operation-view";
import "../styles/docs.css";

const linkTo = (operation: Operation): string => withQuery("/docs", { op: operation.id });

const kWholeParts = 4;

// Where there is no room for a path, its middle gives way: the end tells routes apart.
function PathText({ path }: { path: string }) {
  const parts = path.replace(/^\/api(?=\/)/, "").split("/").slice(1);
  const tail = parts.length >= kWholeParts ? parts.splice(-2) : [];
  return <span class="docs-path"><span>/{parts.join("/")}</span>{tail.length > 0 && <span>/{tail.join("/")}</span>}</span>;
}

function Index({ groups, chosen }: { groups: readonly Group[]; chosen: string | undefined }) {
  return (
    <nav class="docs-index" aria-label="Routes">
      {groups.map((group) => (
        <section key={group.name} aria-label={group.name}>
          <h2>{group.name}{group.description && <span class="muted"> {group.description}</span>}</h2>
          <ul>
            {group.operations.map((one) => (
              <li key={one.id}><a href={linkTo(one)} title={one.summary || one.path} aria-current={one.id === chosen ? "true" : undefined}><Method method={one.method} /><PathText path={one.path} /></a></li>
            ))}
          </ul>
        </section>
      ))}
      {groups.length === 0 && <p class="muted small">No route has all of these words.</p>}
    </nav>
  );
}

// Every route of this server, as the server itself tells it, and a form to try each.
export function DocsPage() {
  const { query } = usePlace();
  const { data, error, reload } = useLoad("contract", (signal) => ask<Contract>("/openapi.json", { signal }));
  const [search, setSearch] = useState("");
  const [token, setToken] = useState("");
  const operations = useMemo(() => (data ? operationsOf(data) : []), [data]);
  const groups = useMemo(() => (data ? groupsOf(data, operations.filter((one) => matches(one, search.trim()))) : []), [data, search]);
  const wanted = query.get("op") ?? undefined;
  const chosen = operations.find((one) => one.id === wanted);
  return (
    <Page title="API" heading={<>API {data && <span class="muted total">{operations.length} routes</span>}</>} lead="Whatever this dashboard and the command line do, a program can do too."
      actions={<a class="button" href="/openapi.json" download="openapi.json"><Icon name="download" />openapi.json</a>}>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {data && (
        <div class="docs">
          <div class="docs-side">
            <label class="search"><Icon name="search" /><span class="unseen">Search routes</span><input class="input" type="search" placeholder="Search routes" value={search} onInput={(event) => setSearch(event.currentTarget.value)} /></label>
            <Index groups={groups} chosen={wanted} />
          </div>
          {chosen && <OperationView contract={data} operation={chosen} token={token} onToken={setToken} />}
          {!chosen && wanted !== undefined && <Empty icon="search"><p>There is no route named “{wanted}”.</p><a class="button" href="/docs">All routes</a></Empty>}
          {!chosen && wanted === undefined && (
            <section class="sheet stack docs-intro">
              <h2>{data.info.title} {data.info.version}</h2>
              <CardText source={data.info.description ?? ""} />
              <p class="muted">Choose a route to see what it takes and answers, and to send a request from here.</p>
            </section>
          )}
        </div>
      )}
    </Page>
  );
}
