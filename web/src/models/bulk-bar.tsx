import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { components } from "../api/schema";
import { counted } from "../base/format";
import { useLoad } from "../base/use-load";
import { readTag } from "../model/tag-text";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { Waiting } from "../ui/waiting";
import { forgetList } from "./kept-list";

type BulkResult = components["schemas"]["BulkResult"];
type Verb = "delete" | "pin" | "unpin" | "tag";

const kWords: Record<Verb, { title: string; action: string; done: string }> = {
  delete: { title: "Delete", action: "Move to trash", done: "moved to the trash" },
  pin: { title: "Pin", action: "Pin", done: "pinned" },
  unpin: { title: "Let go", action: "Let go", done: "let go" },
  tag: { title: "Tag", action: "Set the tag", done: "tagged" },
};
const kShown = 8;

// What it would do, counted by the server before it is done.
function Preview({ filter, verb }: { filter: string; verb: Verb }) {
  const json = { filter, action: verb, dry_run: true, ...(verb === "tag" ? { key: "tag", value: "" } : {}) };
  const { data, error } = useLoad(`${verb} ${filter}`, (signal) => ask<BulkResult>("/api/bulk", { method: "POST", json, signal }));
  if (error) return <Problem error={error} />;
  if (!data) return <Waiting />;
  return (
    <>
      <p><b>{counted(data.count, "model")}</b> {data.count === 1 ? "fits" : "fit"} <code class="break">{filter}</code></p>
      <p class="mono break small">{data.models.slice(0, kShown).join(", ")}{data.count > kShown && ` and ${data.count - kShown} more`}</p>
      {data.skipped.length > 0 && <p class="muted">{counted(data.skipped.length, "model")} will be left alone: {data.skipped[0]!.reason}</p>}
    </>
  );
}

interface Props {
  filter: string;
  onClose: () => void;
  onChanged: () => void;
}

// What can be done with all that a filter finds, in one step that one more step undoes.
export function BulkBar({ filter, onClose, onChanged }: Props) {
  const [verb, setVerb] = useState<Verb>();
  const [text, setText] = useState("");
  const changed = () => { forgetList(); onChanged(); };
  const run = async () => {
    const tag = readTag(text);
    const json = verb === "tag" ? { filter, action: verb, key: tag!.key, value: tag!.value } : { filter, action: verb };
    const result = await ask<BulkResult>("/api/bulk", { method: "POST", json });
    onClose();
    changed();
    const undo = async () => {
      const back = await ask<BulkResult>(`/api/bulk/${encodeURIComponent(result.bulk_id!)}/undo`, { method: "POST" });
      changed();
      toast(`${counted(back.count, "model")} as before.`);
    };
    toast(`${counted(result.count, "model")} ${kWords[verb!].done}.`, result.bulk_id ? { label: "Undo", run: undo } : undefined);
  };
  const button = (which: Verb, icon: "add" | "pin" | "trash") => <button type="button" class={which === "delete" ? "button tight plain warns" : "button tight"} onClick={() => setVerb(which)}><Icon name={icon} />{kWords[which].title}</button>;
  return (
    <section class="selection" aria-label="All models found">
      <b>All that are found</b><code class="small break">{filter}</code>
      <span class="row push">
        {button("tag", "add")}{button("pin", "pin")}{button("unpin", "pin")}{button("delete", "trash")}
        <button type="button" class="button plain square tight" aria-label="Choose none" title="Choose none" onClick={onClose}><Icon name="close" /></button>
      </span>
      {verb && (
        <Confirm title={`${kWords[verb].title} all that are found?`} action={kWords[verb].action} danger={verb === "delete"} onConfirm={run} onClose={() => setVerb(undefined)}>
          <Preview filter={filter} verb={verb} />
          {verb === "tag" && <label class="field"><span>Tag</span><input class="input mono" value={text} placeholder="team = audio" required autofocus onInput={(event) => setText(event.currentTarget.value)} /></label>}
          <p class="muted">All of it or nothing; “Undo” takes it back, for thirty days.</p>
        </Confirm>
      )}
    </section>
  );
}
