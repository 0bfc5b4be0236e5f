import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import type { Model } from "../api/types";
import { withQuery } from "../base/route";
import { tagCondition } from "../models/filter-state";
import { forgetList } from "../models/kept-list";
import { Icon } from "../ui/icons";
import { toast, toastError } from "../ui/toast";
import { readTag } from "./tag-text";

export function Tags({ model, onChanged }: { model: Model; onChanged: () => void }) {
  const [text, setText] = useState("");
  const address = (key: string) => `${modelApi(model)}/tags/${encodeURIComponent(key)}`;
  const changed = () => { forgetList(); onChanged(); };
  const put = (key: string, value: string) => ask(address(key), { method: "PUT", json: { value } }).then(changed);
  const add = (event: Event) => {
    event.preventDefault();
    const tag = readTag(text);
    if (tag) put(tag.key, tag.value).then(() => setText(""), toastError);
  };
  const remove = (key: string, value: string) =>
    ask(address(key), { method: "DELETE" }).then(() => {
      changed();
      toast(`The tag ${key} is gone.`, { label: "Undo", run: () => put(key, value) });
    }, toastError);
  return (
    <section class="sheet stack" aria-labelledby="tags-head">
      <h2 id="tags-head">Tags</h2>
      <div class="row">
        {Object.entries(model.tags).map(([key, value]) => (
          <span key={key} class="chip tag">
            <a href={withQuery("/", { filter: tagCondition(key, value) })} title="Show all that have it">{key} = {value}</a>
            <button type="button" aria-label={`Remove the tag ${key}`} title="Remove" onClick={() => void remove(key, value)}><Icon name="close" /></button>
          </span>
        ))}
        <form class="row" onSubmit={add}>
          <label class="unseen" for="new-tag">New tag</label>
          <input id="new-tag" class="input tag-input" value={text} placeholder="team = audio" maxLength={500} onInput={(event) => setText(event.currentTarget.value)} />
          <button type="submit" class="button tight" disabled={!readTag(text)}>Add</button>
        </form>
      </div>
    </section>
  );
}
