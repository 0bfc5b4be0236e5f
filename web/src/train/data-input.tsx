import { useEffect, useRef, useState } from "preact/hooks";
import { formatBytes } from "../base/format";
import { useStore } from "../base/use-store";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { kSampleTable } from "./sample-table";
import { drafts, leaveOut, take } from "./draft";
import type { Slot, Source } from "./data-worker";

const kTypingMs = 300;
// More than this in a text field makes every key stroke slow; it is taken without being shown.
const kMostShown = 100_000;
const kAccept = ".csv,.tsv,.txt,.jsonl,.ndjson,.json";

export const takeFile = (slot: Slot, file: File): void => void take(slot, { name: file.name, content: file });

export function DataFilePicker({ slot, label }: { slot: Slot; label: string }) {
  const input = useRef<HTMLInputElement>(null);
  const choose = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const file = field.files?.[0];
    field.value = "";
    if (file) takeFile(slot, file);
  };
  return (
    <>
      <input ref={input} type="file" accept={kAccept} hidden aria-label={label} data-picker={slot} onChange={choose} />
      <button type="button" class="button" onClick={() => input.current?.click()}><Icon name="file" />{label}</button>
    </>
  );
}

// What is taken already, when it is not shown as text.
export function TakenSource({ slot, source }: { slot: Slot; source: Source }) {
  const size = typeof source.content === "string" ? source.content.length : source.content.size;
  const name = source.name || "Pasted table";
  return (
    <p class="row">
      <Icon name="table" /><b class="break">{name}</b><span class="muted small">{formatBytes(size)}</span>
      <button type="button" class="button plain square tight push" aria-label={`Leave out ${name}`} title="Leave out" onClick={() => leaveOut(slot)}><Icon name="close" /></button>
    </p>
  );
}

const shownText = (source: Source | undefined): string => (source?.name === "" && typeof source.content === "string" ? source.content : "");
const isShown = (source: Source | undefined): boolean => !source || (source.name === "" && typeof source.content === "string" && source.content.length <= kMostShown);

// A field to paste a table into, or the file that was chosen instead.
export function TrainingData() {
  const draft = useStore(drafts.train);
  const [text, setText] = useState(shownText(draft.source));
  const typed = useRef(text);
  useEffect(() => { if (!draft.source && typed.current !== "") { typed.current = ""; setText(""); } }, [draft.source]);
  useEffect(() => {
    if (typed.current === text) return undefined;
    typed.current = text;
    const timer = setTimeout(() => (text.trim() === "" ? leaveOut("train") : void take("train", { name: "", content: text })), kTypingMs);
    return () => clearTimeout(timer);
  }, [text]);
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (pasted.length + text.length <= kMostShown) return;
    event.preventDefault();
    void take("train", { name: "", content: text + pasted });
  };
  return (
    <section class="sheet stack" aria-labelledby="examples-head">
      <div class="row"><h2 id="examples-head">Examples</h2>{draft.reading && <span class="muted small push" role="status">Reading…</span>}</div>
      {isShown(draft.source) ? (
        <>
          <label class="field">
            <span>A table with texts and labels <span class="muted">copied from a spreadsheet, or CSV, or JSON Lines</span></span>
            <textarea class="mono table-source" name="table" spellcheck={false} value={text} placeholder={"text\tlabel\nThe export button does nothing\tbug\nPlease add dark mode\tfeature"} onInput={(event) => setText(event.currentTarget.value)} onPaste={paste} />
          </label>
          <div class="row">
            <DataFilePicker slot="train" label="Choose a file" />
            <span class="muted small">or drop a CSV, TSV or JSON Lines file anywhere on this page</span>
            {text === "" && <button type="button" class="button plain push" onClick={() => setText(kSampleTable)}>Show me with a few examples</button>}
          </div>
        </>
      ) : <TakenSource slot="train" source={draft.source!} />}
      {draft.error && <Problem error={draft.error} />}
    </section>
  );
}
