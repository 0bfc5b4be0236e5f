import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePlace } from "../base/location";
import { useStore } from "../base/use-store";
import { session, signedIn, signOut } from "../session/session";
import { GlobalKeys } from "./global-keys";
import { Icon } from "./icons";
import { nextTheme, theme, type Theme } from "./theme";
import { toastError } from "./toast";
import { Toasts } from "./toasts";
import { WorkingLine } from "./waiting";

const kNav = [
  { path: "/", label: "Models", below: ["/models", "/diff", "/train"] },
  { path: "/datasets", label: "Data", below: ["/datasets", "/audit"] },
  { path: "/events", label: "History", below: [] },
  { path: "/updates", label: "Updates", below: [] },
  { path: "/jobs", label: "Jobs", below: [] },
  { path: "/storage", label: "Storage", below: [] },
  { path: "/trash", label: "Trash", below: [] },
  { path: "/settings", label: "Settings", below: ["/tokens"] },
  { path: "/help", label: "Help", below: ["/help"] },
];

const kThemeIcon = { system: "system", light: "sun", dark: "moon" } as const;
const kThemeWord: Record<Theme, string> = { system: "as the system", light: "light", dark: "dark" };

function ThemeSwitch() {
  const now = useStore(theme);
  const label = `Colours: ${kThemeWord[now]}. Change to ${kThemeWord[nextTheme(now)]}`;
  return (
    <button type="button" class="button plain square" aria-label={label} title={label} onClick={() => theme.set(nextTheme(now))}>
      <Icon name={kThemeIcon[now]} />
    </button>
  );
}

function Who() {
  const name = useStore(session)?.name;
  if (!useStore(signedIn) || !name) return null;
  return <button type="button" class="button plain" onClick={() => void signOut().catch(toastError)} title={`Signed in as ${name}`}>Sign out</button>;
}

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = usePlace();
  const isHere = (item: (typeof kNav)[number]) => path === item.path || item.below.some((below) => path === below || path.startsWith(`${below}/`));
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the pages do not all fit, and the one that one is on should.
  useEffect(() => nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [path]);
  return (
    <>
      <a class="button main skip" href="#content">To the content</a>
      <header class="top">
        <div class="top-inner">
          <a class="brand" href="/"><Icon name="scale" />Weighhouse</a>
          <nav ref={nav} class="nav" aria-label="Pages">
            {kNav.map((item) => <a key={item.path} href={item.path} aria-current={isHere(item) ? "page" : undefined}>{item.label}</a>)}
          </nav>
          <div class="row push">
            <ThemeSwitch />
            <Who />
            <a class="button main" href="/upload"><Icon name="add" />Add model</a>
          </div>
        </div>
      </header>
      <WorkingLine />
      {children}
      <footer class="foot">
        <span>Weighhouse</span>
        <a href="/docs">API</a>
        <a href="/diff">Compare any two</a>
        <a href="/audit">Audit</a>
        <span class="push">All of this stays on this server.</span>
      </footer>
      <Toasts />
      <GlobalKeys />
    </>
  );
}
