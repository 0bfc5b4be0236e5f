import { Page } from "../ui/page";
import { TokensPanel } from "./tokens-panel";

export const TokensPage = () => (
  <Page title="Tokens" lead="Keys for programs and people elsewhere. Each has a name, what it may do, where, and until when.">
    <TokensPanel />
  </Page>
);
