import { useState } from "preact/hooks";
import { formatCount, formatPercent, formatSigned } from "../base/format";
import { Bars } from "../ui/bars";
import type { Prediction } from "./ask-model";
import { markWords, strengthOf, type Deciding } from "./marked-text";

const kFirstScores = 5;
const kMostScores = 200;
const kListedWords = 6;

// The text itself, with what each word added: behind it where it spoke for the label, beneath it where it spoke against.
function MarkedText({ text, words, label }: { text: string; words: readonly Deciding[]; label: string }) {
  const strongest = Math.max(0, ...words.map((word) => Math.abs(word.weight)));
  const told = words.slice(0, kListedWords);
  return (
    <div class="stack tight-stack">
      <h3>The words that decided</h3>
      <p class="marked-text break" aria-hidden="true">
        {markWords(text, words).map((piece, index) => {
          const strength = piece.weight === undefined ? 0 : strengthOf(piece.weight, strongest);
          return strength === 0 ? <span key={index}>{piece.text}</span> : <span key={index} class={`mark-word ${piece.weight! > 0 ? "for" : "against"} s${strength}`} title={formatSigned(piece.weight!, 2)}>{piece.text}</span>;
        })}
      </p>
      <ul class="row small deciding" aria-label={`Words that decided for ${label}`}>
        {told.map((word, index) => <li key={index}><b>{word.text}</b> <span class={word.weight < 0 ? "worse" : "better"}>{formatSigned(word.weight, 2)}</span></li>)}
      </ul>
      <p class="muted small">What each word added to the score of “{label}”. A word with a minus spoke for another label.</p>
    </div>
  );
}

// The label, how sure, what else it might have been, and why.
export function PredictionView({ text, prediction }: { text: string; prediction: Prediction }) {
  const [all, setAll] = useState(false);
  const { scores } = prediction;
  const shown = scores.slice(0, all ? kMostScores : kFirstScores);
  const words = (prediction.words ?? []).map(({ text: word = "", weight = 0 }) => ({ text: word, weight })).filter((word) => word.text !== "");
  return (
    <div class="stack wide">
      <p class="verdict"><b class="break">{prediction.label}</b><span>{formatPercent(prediction.score)}</span></p>
      <Bars label="Scores" rows={shown.map(({ label = "", score = 0 }, index) => ({ key: label, label, share: score, text: formatPercent(score), tone: index === 0 ? "main" : "quiet" }))} />
      {scores.length > kFirstScores && !all && <p><button type="button" class="button tight" onClick={() => setAll(true)}>Show the other {formatCount(Math.min(kMostScores, scores.length) - kFirstScores)}</button></p>}
      {words.length > 0 && <MarkedText text={text} words={words} label={prediction.label} />}
    </div>
  );
}
