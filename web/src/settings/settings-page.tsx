import { LibraryState } from "../help/library-state";
import { TokensPanel } from "../tokens/tokens-panel";
import { Page } from "../ui/page";
import { BackupPanel, CheckPanel } from "./keeping-panel";
import { LookPanel } from "./look-panel";
import { ServerPanel, WhoPanel } from "./server-panel";
import "../styles/settings.css";

// How this server is, who may use it, and that what it keeps is whole and kept twice.
export const SettingsPage = () => (
  <Page title="Settings" lead="What the program itself does, where it listens and how long trash is kept, stands in weighhouse.toml in its home.">
    <div class="stack">
      <div class="settings">
        <div class="stack"><ServerPanel /><CheckPanel /><LibraryState /></div>
        <div class="stack"><WhoPanel /><LookPanel /><BackupPanel /></div>
      </div>
      <TokensPanel />
    </div>
  </Page>
);
