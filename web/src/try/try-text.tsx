import { useMemo, useState } from "preact/hooks";
import { modelPage } from "../api/paths";
import type { Model, Version } from "../api/types";
import { counted, formatPercent } from "../base/format";
import { withQuery } from "../base/route";
import { Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { textsOf } from "./ask-model";
import { PredictionView } from "./prediction-view";
import { useAnswer, type Answered } from "./use-answer";
import "../styles/try.css";

const kMostLines = 1000;
const kShownLines = 200;

function Lines({ answered }: { answered: Answered }) {
  const rows = answered.answer.predictions.slice(0, kShownLines);
  const rest = answered.answer.predictions.length - rows.length;
  return (
    <ScrollX label="Answers">
      <table>
        <thead><tr><th scope="col">Label</th><th scope="col" class="number">Score</th><th scope="col">Text</th></tr></thead>
        <tbody>{rows.map((one, index) => <tr key={index}><th scope="row">{one.label}</th><td class="number">{formatPercent(one.score)}</td><td class="break">{answered.texts[index]}</td></tr>)}</tbody>
        {rest > 0 && <tfoot><tr><td colSpan={3} class="muted">and {counted(rest, "line")} more</td></tr></tfoot>}
      </table>
    </ScrollX>
  );
}

interface HeldOut {
  accuracy?: number;
  calibration_error?: number;
}

// How far to trust it, in one line: what the training measured, or where to measure it.
function Trust({ model, version }: { model: Model; version: Version }) {
  const held = (version.metadata?.metrics ?? {}) as HeldOut;
  const evaluate = <a href={withQuery(modelPage(model), { tab: "evaluate", version: version.version })}>Evaluate it on test data</a>;
  if (held.accuracy === undefined) return <p class="muted small">Nothing was measured while it was trained. {evaluate}</p>;
  return <p class="muted small">On examples held out of the training {formatPercent(held.accuracy)} were right{held.calibration_error === undefined ? "" : `, and scores were off by ${formatPercent(held.calibration_error)} on average`}. {evaluate}</p>;
}

// A text, and what the version says of it.
export function TryText({ model, version }: { model: Model; version: Version }) {
  const [written, setWritten] = useState("");
  const texts = useMemo(() => textsOf(written).slice(0, kMostLines), [written]);
  const { answered, error, asking } = useAnswer(model, version.version, texts);
  const first = answered?.answer.predictions[0];
  return (
    <section class="sheet stack wide" aria-labelledby="try-head">
      <div class="stack">
        <div class="row"><h2 id="try-head">Try it</h2>{asking && <span class="muted small push">Asking…</span>}</div>
        <label class="field">
          <span>Text <span class="muted">several at once, one a line</span></span>
          <textarea class="try-field" value={written} autofocus maxLength={200_000} placeholder="Type something that somebody might say" onInput={(event) => setWritten(event.currentTarget.value)} />
        </label>
        <Trust model={model} version={version} />
      </div>
      {error && <Problem error={error} />}
      <p class="unseen" role="status">{first && answered.texts.length === 1 ? `${first.label}, ${formatPercent(first.score)}` : answered ? counted(answered.texts.length, "answer") : ""}</p>
      {answered && !error && (answered.texts.length === 1 ? <PredictionView text={answered.texts[0]!} prediction={first!} /> : <Lines answered={answered} />)}
    </section>
  );
}
