import type { Evaluation } from "../api/types";
import { formatPercent, formatSigned } from "../base/format";
import { LineChart } from "../ui/line-chart";
import { dataName, summaryOf, type Summary } from "./summary";

const kFigures: ReadonlyArray<[key: "accuracy" | "macro_f1" | "calibration_error", title: string, lowerIsBetter: boolean]> = [["accuracy", "Accuracy", false], ["macro_f1", "Macro F1", false], ["calibration_error", "Calibration error", true]];

// The same data, version after version: figures of different data cannot be set side by side.
export function EvaluationTrend({ evaluations, selected, linkTo }: { evaluations: readonly Evaluation[]; selected: string; linkTo: (evaluation: Evaluation) => string }) {
  if (evaluations.length < 2) return null;
  const summaries: Summary[] = evaluations.map(summaryOf);
  return (
    <section class="stack" aria-labelledby="trend-head">
      <h2 id="trend-head">Over the versions, on {dataName(evaluations[0]!)}</h2>
      <div class="trends three">
        {kFigures.map(([key, title, lowerIsBetter]) => {
          const values = summaries.map((summary) => summary[key]);
          const [last, before] = [values.at(-1), values.at(-2)];
          const change = last === undefined || before === undefined ? 0 : last - before;
          return (
            <figure key={key} class="sheet trend">
              <figcaption><b>{title}</b><span class="trend-now">{formatPercent(last)}</span>{change !== 0 && <span class={change > 0 !== lowerIsBetter ? "better small" : "worse small"}>{formatSigned(change * 100, 1)}</span>}</figcaption>
              <LineChart values={values} text={formatPercent} dotOf={(index) => ({ title: `Version ${evaluations[index]!.version}: ${title} ${formatPercent(values[index])}`, href: linkTo(evaluations[index]!), mark: undefined, chosen: evaluations[index]!.evaluation === selected })} />
            </figure>
          );
        })}
      </div>
    </section>
  );
}
