import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import type { Model } from "../api/types";
import { Problem } from "../ui/problem";
import { CardText } from "./card-text";

// The model card: Markdown that is shown as text and never as markup of its own.
export function About({ model, onChanged }: { model: Model; onChanged: () => void }) {
  const [text, setText] = useState<string>();
  const [error, setError] = useState<Error>();
  const save = (event: Event) => {
    event.preventDefault();
    setError(undefined);
    ask(modelApi(model), { method: "PATCH", headers: { "if-match": `"${model.revision}"` }, json: { description: text } }).then(() => { setText(undefined); onChanged(); }, setError);
  };
  const edit = () => setText(model.description ?? "");
  if (text === undefined && !model.description) {
    return <section class="sheet row"><p class="muted small">Nothing says yet what this model is for, how it was trained and where it fails.</p><button type="button" class="button tight push" onClick={edit}>Write a model card</button></section>;
  }
  if (text === undefined) {
    return (
      <section class="sheet stack">
        <div class="row"><h2>About</h2><button type="button" class="button tight push" onClick={edit}>Change the card</button></div>
        <CardText source={model.description!} />
      </section>
    );
  }
  return (
    <form class="sheet stack" onSubmit={save}>
      <h2>About</h2>
      <label class="field"><span>Model card <span class="muted">in Markdown</span></span><textarea class="mono card-source" value={text} autofocus onInput={(event) => setText(event.currentTarget.value)} /></label>
      {text.trim() !== "" && <details open><summary>As it will look</summary><div class="card-preview"><CardText source={text} /></div></details>}
      {error && <Problem error={error} />}
      <div class="row"><button type="submit" class="button main">Save</button><button type="button" class="button" onClick={() => setText(undefined)}>Cancel</button></div>
    </form>
  );
}
