import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { signInNeeded } from "./api/client";
import { usePlace } from "./base/location";
import { matchPath, type Params } from "./base/route";
import { useStore } from "./base/use-store";
import { IntakeGate } from "./intake/gate";
import { ModelsPage } from "./models/models-page";
import { SignInPage } from "./session/sign-in-page";
import { Page } from "./ui/page";
import { Empty, Problem } from "./ui/problem";
import { Shell } from "./ui/shell";
import { Waiting } from "./ui/waiting";

type PageOf = ComponentType<{ params: Params }>;

// The list is in the first load; the other pages follow when it has had its time, or when one is opened.
const kPages: ReadonlyArray<[pattern: string, load: () => Promise<PageOf>]> = [
  ["/", async () => ModelsPage],
  ["/models", async () => ModelsPage],
  ["/events", () => import("./events/events-page").then((m) => m.EventsPage)],
  ["/upload", () => import("./intake/intake-page").then((m) => m.IntakePage)],
  ["/train", () => import("./train/train-page").then((m) => m.TrainPage)],
  ["/train/wake-word", () => import("./wake/wake-train-page").then((m) => m.WakeTrainPage)],
  ["/models/:ns/:name", () => import("./model/model-page").then((m) => m.ModelPage)],
  ["/models/:ns/:name/compare", () => import("./compare/compare-page").then((m) => m.ComparePage)],
  ["/datasets", () => import("./data/datasets-page").then((m) => m.DatasetsPage)],
  ["/datasets/:id", () => import("./data/dataset-page").then((m) => m.DatasetPage)],
  ["/audit", () => import("./data/audit-page").then((m) => m.AuditPage)],
  ["/updates", () => import("./updates/updates-page").then((m) => m.UpdatesPage)],
  ["/trash", () => import("./trash/trash-page").then((m) => m.TrashPage)],
  ["/storage", () => import("./storage/storage-page").then((m) => m.StoragePage)],
  ["/jobs", () => import("./jobs/jobs-page").then((m) => m.JobsPage)],
  ["/settings", () => import("./settings/settings-page").then((m) => m.SettingsPage)],
  ["/tokens", () => import("./tokens/tokens-page").then((m) => m.TokensPage)],
  ["/diff", () => import("./compare/diff-page").then((m) => m.DiffPage)],
  ["/docs", () => import("./docs/docs-page").then((m) => m.DocsPage)],
  ["/help", () => import("./help/help-page").then((m) => m.HelpPage)],
  ["/help/:topic", () => import("./help/help-page").then((m) => m.HelpPage)],
];

function find(path: string) {
  for (const [pattern, load] of kPages) {
    const params = matchPath(pattern, path);
    if (params) return { pattern, params, load };
  }
  return undefined;
}

function NotFound({ path }: { path: string }) {
  return (
    <Page title="No such page">
      <Empty icon="search">
        <p>There is nothing at <code class="break">{path}</code>.</p>
        <a class="button" href="/">To the models</a>
      </Empty>
    </Page>
  );
}

// `reload` is the way out: a page that is gone from the server belongs to an older build than the program.
function StalePage() {
  const error = new Error("This page could not be loaded. The server may be away, or was renewed since this page was opened: load it again.");
  return <Page title="Not loaded"><Problem error={error} onRetry={() => window.location.reload()} /></Page>;
}

function Routed() {
  const { path } = usePlace();
  const found = find(path);
  const [shown, setShown] = useState<{ pattern: string; Component: PageOf | null }>();
  useEffect(() => {
    let live = true;
    found?.load().then(
      (Component) => live && setShown({ pattern: found.pattern, Component }),
      () => live && setShown({ pattern: found.pattern, Component: null }),
    );
    return () => void (live = false);
  }, [found?.pattern]);
  if (!found) return <NotFound path={path} />;
  if (shown?.pattern !== found.pattern) return found.pattern === "/" ? <ModelsPage /> : <main id="content" aria-busy="true"><Waiting /></main>;
  if (!shown.Component) return <StalePage />;
  return <shown.Component key={path} params={found.params} />;
}

const kFirstLookMs = 1_000;

export function App() {
  const locked = useStore(signInNeeded);
  useEffect(() => {
    const timer = setTimeout(() => kPages.forEach(([, load]) => void load().catch(() => undefined)), kFirstLookMs);
    return () => clearTimeout(timer);
  }, []);
  return <Shell>{locked ? <SignInPage /> : <IntakeGate><Routed /></IntakeGate>}</Shell>;
}
