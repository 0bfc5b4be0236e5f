import { ask } from "../api/client";
import type { Model, ModelPage } from "../api/types";
import { formatBytes } from "../base/format";
import { useLoad } from "../base/use-load";

export const kBuiltinBase = "builtin/ngram-v1";

// What a text is seen through: words and letters, or an encoder that has read much before.
export function BaseChoice({ value, onChange }: { value: string; onChange: (base: string) => void }) {
  const { data } = useLoad("encoders", (signal) => ask<ModelPage>("/api/models", { query: { filter: "kind = 'encoder'", order_by: "-size", length: 50 }, signal }));
  const encoders: readonly Model[] = data?.models ?? [];
  const best = encoders.length > 0 ? "The best installed" : "Built in: words and letters";
  return (
    <div class="field">
      <label for="fit-base">Base</label>
      <select id="fit-base" aria-describedby="fit-base-hint" name="base" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{best}</option>
        {encoders.length > 0 && <option value={kBuiltinBase}>Built in: words and letters</option>}
        {encoders.map((encoder) => <option key={encoder.reference} value={encoder.reference}>{encoder.reference} ({formatBytes(encoder.size_bytes)})</option>)}
      </select>
      <span id="fit-base-hint" class="hint">{data === undefined ? " " : encoders.length === 0 ? <>An encoder knows which words are close, and does better with few examples. <a href="/help/encoders">How to bring one</a></> : "An encoder knows which words are close; it takes about 10 ms a text."}</span>
    </div>
  );
}
