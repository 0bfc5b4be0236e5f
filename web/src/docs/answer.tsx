import { formatBytes } from "../base/format";
import { Snippet } from "../ui/copy";
import { Note, Problem } from "../ui/problem";

export interface Shown {
  status: number;
  statusText: string;
  took: number;
  headers: ReadonlyArray<[string, string]>;
  type: string;
  text: string;
  bytes: number;
  // The rest was not read.
  cut: boolean;
  running: boolean;
}

const kMostShown = 256 * 1024;
const kText = /json|^text\/|xml|yaml/;

const pretty = (type: string, text: string): string => {
  if (!type.includes("json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

// Reads as it comes, so that an event stream is seen while it runs, and stops where more would only fill the memory.
export async function send(url: string, init: RequestInit, onShown: (shown: Shown) => void): Promise<void> {
  const begin = performance.now();
  const response = await fetch(url, init);
  const type = response.headers.get("content-type") ?? "";
  const shown: Shown = { status: response.status, statusText: response.statusText, took: performance.now() - begin, headers: [...response.headers], type, text: "", bytes: 0, cut: false, running: true };
  onShown({ ...shown });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    shown.bytes += value.byteLength;
    if (kText.test(type)) shown.text += decoder.decode(value, { stream: true });
    if (shown.bytes >= kMostShown) {
      shown.cut = true;
      await reader.cancel();
      break;
    }
    onShown({ ...shown });
  }
  onShown({ ...shown, text: shown.cut ? shown.text : pretty(type, shown.text), took: performance.now() - begin, running: false });
}

export function AnswerView({ shown, error }: { shown: Shown | undefined; error: Error | undefined }) {
  if (error) return <Problem error={error} />;
  if (!shown) return null;
  const look = shown.status < 300 ? "chip good" : shown.status < 500 ? "chip brass" : "chip danger";
  return (
    <section class="stack tight-stack" aria-label="Answer" role="status">
      <div class="row">
        <span class={look}>{shown.status} {shown.statusText}</span>
        <span class="muted small">{Math.round(shown.took)} ms · {formatBytes(shown.bytes)}{shown.cut && " and more"}{shown.running && " · running"}</span>
      </div>
      {shown.text !== "" && <Snippet label="the answer" text={shown.text} />}
      {shown.text === "" && shown.bytes > 0 && <Note icon="file"><p>These are bytes, not text: {shown.type}. The command below fetches them into a file with <code>-o NAME</code>.</p></Note>}
      {shown.cut && <p class="muted small">Only the beginning is shown.</p>}
      <details><summary>Headers</summary><dl class="facts">{shown.headers.map(([name, value]) => [<dt key={name} class="mono">{name}</dt>, <dd key={`${name}=`} class="mono">{value}</dd>])}</dl></details>
    </section>
  );
}
