import { modelApi } from "../api/paths";
import type { Model } from "../api/types";
import { counted, formatDateTime, formatPercent, formatScore } from "../base/format";
import { withQuery } from "../base/route";
import { Bars } from "../ui/bars";
import { ScrollX } from "../ui/scroll";
import { datasetPage, type Slice, type Training } from "./data";
import { LineageView } from "./lineage-view";
import { ReportsPart } from "./reports-part";

const kLow = 0.7;

function Slices({ title, slices, items }: { title: string; slices: readonly Slice[]; items: number }) {
  return (
    <div class="figure">
      <dt>{title}</dt>
      <dd>{counted(items, "item")}</dd>
      <dd class="row">{slices.map((slice) => slice.deleted ? <span key={slice.id} class="chip" title="In the trash or gone">{slice.name}</span> : <a key={slice.id} class="chip outline" href={withQuery(datasetPage(slice.dataset_id), { slice: slice.id })}>{slice.name}</a>)}</dd>
    </div>
  );
}

function Classes({ training }: { training: Training }) {
  const classes = [...(training.classes ?? [])].sort((a, b) => (a.ap ?? 2) - (b.ap ?? 2));
  if (classes.length === 0) return null;
  const measured = classes.filter((one) => one.ap !== null && one.ap !== undefined);
  const mean = measured.length > 0 ? measured.reduce((sum, one) => sum + one.ap!, 0) / measured.length : undefined;
  return (
    <section class="sheet stack" aria-labelledby="classes-head">
      <div class="row"><h2 id="classes-head">{counted(classes.length, "class", "classes")}</h2>{mean !== undefined && <span class="muted small">mean AP {formatPercent(mean)}, the weakest first</span>}</div>
      {measured.length > 0 && <Bars label="AP of each class" rows={measured.map((one) => ({ key: `${one.class} ${one.annotation_type ?? ""}`, label: one.class, share: one.ap!, text: formatPercent(one.ap), tone: one.ap! < kLow ? "bad" : "main" }))} />}
      <ScrollX label="Classes">
        <table>
          <thead><tr><th scope="col">Class</th><th scope="col">Annotation</th><th scope="col" class="number">AP</th><th scope="col" class="number">Trained on</th><th scope="col" class="number">Validated on</th></tr></thead>
          <tbody>{classes.map((one) => <tr key={`${one.class} ${one.annotation_type ?? ""}`}><th scope="row">{one.class}</th><td>{one.annotation_type}</td><td class="number">{formatPercent(one.ap)}</td><td class="number">{one.training_annotations ?? "–"}</td><td class="number">{one.validation_annotations ?? "–"}</td></tr>)}</tbody>
        </table>
      </ScrollX>
    </section>
  );
}

// What a model was trained on and what came of it, as whoever trained it said.
export function TrainingPart({ model }: { model: Model }) {
  const training = model.training as Training | null | undefined;
  return (
    <>
      {training && (
        <section class="sheet stack" aria-labelledby="training-head">
          <h2 id="training-head">Training</h2>
          <dl class="figures">
            <div class="figure"><dt>Status</dt><dd>{training.status}</dd>{training.trained_at && <dd class="beside">{formatDateTime(training.trained_at)}</dd>}</div>
            {training.baseline && <div class="figure"><dt>Baseline</dt><dd class="break">{training.baseline}</dd></div>}
            {training.task && <div class="figure"><dt>Task</dt><dd>{training.task}</dd></div>}
            {training.score?.key && <div class="figure"><dt>{training.score.key}</dt><dd>{formatScore(training.score.value)} {training.score.unit}</dd></div>}
            <Slices title="Trained on" slices={training.training_slices ?? []} items={training.training_items} />
            <Slices title="Validated on" slices={training.validation_slices ?? []} items={training.validation_items} />
          </dl>
        </section>
      )}
      {training && <Classes training={training} />}
      {training && <ReportsPart reports={training.reports ?? []} />}
      <LineageView address={`${modelApi(model)}/lineage`} />
    </>
  );
}
