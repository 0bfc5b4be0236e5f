import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import type { Deleted, Model } from "../api/types";
import { allOf, wordsOf } from "../base/all-of";
import { counted, formatBytes, formatCount } from "../base/format";
import { withQuery } from "../base/route";
import { readTag } from "../model/tag-text";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toast";
import { restore } from "./delete-model";
import { forgetList } from "./kept-list";

interface Props {
  chosen: readonly Model[];
  // All that are loaded are chosen, and the list finds more: so many, where that is known.
  mayChooseFound: boolean;
  found: number | undefined;
  onChooseFound: () => void;
  onClear: () => void;
  onChanged: () => void;
}

// What can be done with several models at once.
export function SelectionBar({ chosen, mayChooseFound, found, onChooseFound, onClear, onChanged }: Props) {
  const [asked, setAsked] = useState<"delete" | "tag">();
  const [text, setText] = useState("");
  const tag = readTag(text);
  const total = chosen.reduce((sum, model) => sum + model.size_bytes, 0);

  const run = async <R,>(act: (model: Model) => Promise<R>, done: string) => {
    const outcome = await allOf(chosen, act);
    forgetList();
    onChanged();
    return { outcome, words: wordsOf(outcome, "model", done) };
  };
  const remove = async () => {
    const { outcome, words } = await run((model) => ask<Deleted>(modelApi(model), { method: "DELETE" }), "moved to the trash");
    onClear();
    const undo = async () => {
      const back = await allOf(outcome.done, ({ result }) => restore(result.trash_id));
      onChanged();
      if (back.failed[0]) throw back.failed[0].error;
    };
    toast(words, outcome.done.length > 0 ? { label: "Undo", run: undo } : undefined);
  };
  const setTag = async () => {
    const { words } = await run((model) => ask(`${modelApi(model)}/tags/${encodeURIComponent(tag!.key)}`, { method: "PUT", json: { value: tag!.value } }), `tagged ${tag!.key} = ${tag!.value}`);
    setText("");
    toast(words);
  };
  const pin = async (pinned: boolean) => {
    const { words } = await run((model) => ask(modelApi(model), { method: "PATCH", json: { pinned } }), pinned ? "pinned" : "let go");
    toast(words);
  };
  const allPinned = chosen.every((model) => model.pinned);
  return (
    <section class="selection" aria-label="Chosen models">
      <b>{counted(chosen.length, "model")}</b><span class="muted small">{formatBytes(total)}</span>
      {mayChooseFound && <button type="button" class="button tight" onClick={onChooseFound}>Choose all{found !== undefined && ` ${formatCount(found)}`} that are found</button>}
      <span class="row push">
        {chosen.length === 2 && <a class="button tight" href={withQuery("/diff", { from: chosen[0]!.reference, to: chosen[1]!.reference })}><Icon name="scale" />Compare</a>}
        <button type="button" class="button tight" onClick={() => setAsked("tag")}><Icon name="add" />Tag</button>
        <button type="button" class="button tight" onClick={() => void pin(!allPinned)}><Icon name="pin" />{allPinned ? "Let go" : "Pin"}</button>
        <button type="button" class="button tight plain warns" onClick={() => setAsked("delete")}><Icon name="trash" />Delete</button>
        <button type="button" class="button plain square tight" aria-label="Choose none" title="Choose none" onClick={onClear}><Icon name="close" /></button>
      </span>
      {asked === "delete" && (
        <Confirm title={`Delete ${counted(chosen.length, "model")}?`} action="Move to trash" danger onConfirm={remove} onClose={() => setAsked(undefined)}>
          <p class="mono break">{chosen.slice(0, 8).map((model) => model.reference).join(", ")}{chosen.length > 8 && ` and ${chosen.length - 8} more`}</p>
          <p class="muted">“Undo” brings all of them back, also later from the trash.</p>
        </Confirm>
      )}
      {asked === "tag" && (
        <Confirm title={`Tag ${counted(chosen.length, "model")}`} action="Set the tag" onConfirm={setTag} onClose={() => setAsked(undefined)}>
          <label class="field"><span>Tag</span><input class="input mono" value={text} placeholder="team = audio" required autofocus onInput={(event) => setText(event.currentTarget.value)} /><span class="hint">A model that has it already gets the new value.</span></label>
        </Confirm>
      )}
    </section>
  );
}
