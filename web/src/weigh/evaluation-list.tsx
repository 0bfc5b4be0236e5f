import { ask } from "../api/client";
import type { Evaluation } from "../api/types";
import { formatCount, formatDateTime, formatPercent, shortDigest } from "../base/format";
import { Icon } from "../ui/icons";
import { ScrollX } from "../ui/scroll";
import { toast, toastError } from "../ui/toast";
import { dataName, summaryOf } from "./summary";

interface Props {
  evaluations: readonly Evaluation[];
  selected: string | undefined;
  linkTo: (evaluation: Evaluation) => string;
  onChanged: () => void;
}

// Every evaluation of the model, newest first; one is looked at.
export function EvaluationList({ evaluations, selected, linkTo, onChanged }: Props) {
  const remove = (one: Evaluation) =>
    ask(`/api/evaluations/${encodeURIComponent(one.evaluation)}`, { method: "DELETE" }).then(() => {
      onChanged();
      toast(`The evaluation of v${one.version} on ${dataName(one)} is forgotten. Its figures stay with the version.`);
    }, toastError);
  return (
    <section class="sheet flush" aria-labelledby="evaluations-head">
      <header><h2 id="evaluations-head">Evaluations</h2></header>
      <ScrollX label="All evaluations">
        <table>
          <thead><tr><th scope="col">Version</th><th scope="col">Data</th><th scope="col" class="number">Items</th><th scope="col" class="number">Accuracy</th><th scope="col" class="number">Macro F1</th><th scope="col">When</th><th scope="col"><span class="unseen">Forget</span></th></tr></thead>
          <tbody>
            {evaluations.map((one) => (
              <tr key={one.evaluation} class={one.evaluation === selected ? "chosen" : undefined} aria-current={one.evaluation === selected ? "true" : undefined}>
                <th scope="row"><a href={linkTo(one)}>v{one.version}</a></th>
                <td class="data-cell break">{dataName(one)} <span class="muted mono small nowrap">{shortDigest(one.data.digest ?? "")}</span></td>
                <td class="number">{formatCount(one.items)}</td><td class="number"><b>{formatPercent(summaryOf(one).accuracy)}</b></td><td class="number">{formatPercent(summaryOf(one).macro_f1)}</td>
                <td class="muted">{formatDateTime(one.created_at)}</td>
                <td class="actions"><button type="button" class="button plain square tight warns" aria-label={`Forget the evaluation of v${one.version} on ${dataName(one)}`} title="Forget it" onClick={() => void remove(one)}><Icon name="close" /></button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
