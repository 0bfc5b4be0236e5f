import { useState } from "preact/hooks";
import { Page } from "../ui/page";
import { Problem } from "../ui/problem";
import { Snippet } from "../ui/copy";
import { signIn } from "./session";

export function SignInPage() {
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const submit = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    signIn(token.trim()).catch((caught: Error) => { setError(caught); setBusy(false); });
  };
  return (
    <Page title="Sign in" lead="This server asks who you are. Paste a token; the page trades it for a session of this browser and does not keep it.">
      <form class="sheet stack sign-in" onSubmit={submit}>
        <label class="field">
          <span>Token</span>
          <input class="input mono" type="password" autocomplete="current-password" value={token} autofocus required
            onInput={(event) => setToken(event.currentTarget.value)} aria-invalid={error ? "true" : undefined} />
        </label>
        {error && <Problem error={error} />}
        <div class="row"><button type="submit" class="button main" disabled={busy || token.trim() === ""}>Sign in</button></div>
        <p class="hint">No token yet? On the machine that runs the server:</p>
        <Snippet label="the command that makes a token" text="weigh token create me --scope read --scope write" />
      </form>
    </Page>
  );
}
