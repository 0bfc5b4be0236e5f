import { useState } from "preact/hooks";
import { recall, remember } from "../base/remember";
import { useStore } from "../base/use-store";
import { kThemes, theme, type Theme } from "../ui/theme";

const kThemeWords: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };
const kViews: ReadonlyArray<[string, string]> = [["cards", "Cards"], ["table", "Table"]];

// What this browser remembers; nothing of it reaches the server.
export function LookPanel() {
  const now = useStore(theme);
  const [view, setView] = useState(recall("view") ?? "cards");
  const choose = (next: string) => { remember("view", next); setView(next); };
  return (
    <section class="sheet stack" aria-labelledby="look-head">
      <h2 id="look-head">This browser</h2>
      <div class="row"><span class="setting">Colours</span><div class="segments" role="group" aria-label="Colours">{kThemes.map((one) => <button key={one} type="button" aria-pressed={one === now} onClick={() => theme.set(one)}>{kThemeWords[one]}</button>)}</div></div>
      <div class="row"><span class="setting">Models as</span><div class="segments" role="group" aria-label="Models as">{kViews.map(([one, word]) => <button key={one} type="button" aria-pressed={one === view} onClick={() => choose(one)}>{word}</button>)}</div></div>
      <p class="muted small">Press <kbd>?</kbd> anywhere for the keys.</p>
    </section>
  );
}
