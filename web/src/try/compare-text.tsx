import { useMemo, useState } from "preact/hooks";
import { formatPercent } from "../base/format";
import { Problem } from "../ui/problem";
import type { Side } from "../weigh/side";
import { PredictionView } from "./prediction-view";
import { useAnswer } from "./use-answer";
import "../styles/try.css";

function OneSide({ side: { model, version, title }, texts }: { side: Side; texts: readonly string[] }) {
  const { answered, error } = useAnswer(model, version.version, texts);
  const first = answered?.answer.predictions[0];
  return (
    <section class="stack" aria-label={`What ${title} says`}>
      <h3>{title}{version.label && ` · ${version.label}`}</h3>
      {error && <Problem error={error} />}
      <p class="unseen" role="status">{first && `${title}: ${first.label}, ${formatPercent(first.score)}`}</p>
      {first ? <PredictionView text={answered.texts[0]!} prediction={first} /> : !error && <p class="muted small">No text yet.</p>}
    </section>
  );
}

// The same text to two versions.
export function CompareText({ from, to }: { from: Side; to: Side }) {
  const [written, setWritten] = useState("");
  const text = written.replace(/\s+/g, " ").trim();
  const texts = useMemo(() => (text === "" ? [] : [text]), [text]);
  return (
    <section class="sheet stack wide" aria-labelledby="both-head">
      <h2 id="both-head">Ask both</h2>
      <label class="field"><span>Text</span><input class="input try-field" value={written} maxLength={100_000} placeholder="Type something that somebody might say" onInput={(event) => setWritten(event.currentTarget.value)} /></label>
      {texts.length > 0 && <div class="halves"><OneSide side={from} texts={texts} /><OneSide side={to} texts={texts} /></div>}
    </section>
  );
}
