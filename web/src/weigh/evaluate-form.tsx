import { useEffect, useRef, useState } from "preact/hooks";
import type { Evaluation, Model, Version } from "../api/types";
import { counted, formatPercent } from "../base/format";
import { useStore } from "../base/use-store";
import { useDrops } from "../intake/drop-taker";
import { DataFilePicker, TakenSource, takeFile } from "../train/data-input";
import { Columns } from "../train/data-review";
import { drafts, leaveOut } from "../train/draft";
import { Faults } from "../train/findings-list";
import { sendData } from "../train/fit";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { knownData, startEvaluation, type KnownData } from "./evaluations";

interface Props {
  model: Model;
  version: Version;
  evaluations: readonly Evaluation[];
  onStarted: (job: string) => void;
  // There is an evaluation of this version on the same data.
  onKnown: (evaluation: Evaluation) => void;
}

const kMostKnown = 4;

// Data that this version was not weighed on yet, and others were: figures on the same data can be compared.
function notYet(evaluations: readonly Evaluation[], version: number): KnownData[] {
  const own = new Set(evaluations.filter((one) => one.version === version).map((one) => one.data.digest));
  return knownData(evaluations).filter((data) => !own.has(data.digest)).slice(0, kMostKnown);
}

export function EvaluateForm({ model, version, evaluations, onStarted, onKnown }: Props) {
  const { source, summary, error: readError, reading } = useStore(drafts.test);
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<Error>();
  const abort = useRef<AbortController>();
  useEffect(() => () => abort.current?.abort(), []);
  useDrops("Let go to evaluate on it", (files) => (files[0] ? takeFile("test", files[0].file) : toast("There was no file in that. Drop a CSV, TSV or JSON Lines file.")));
  const begin = async (data: KnownData) => onStarted((await startEvaluation(model, version.version, data)).job_id);
  // The same version on the same bytes says the same again.
  const beginOnce = async (data: KnownData) => {
    const before = evaluations.find((one) => one.version === version.version && one.data.digest === data.digest);
    if (!before) return begin(data);
    onKnown(before);
    return toast(`v${version.version} was weighed on these very examples before. This is what was found.`, { label: "Weigh again", run: () => begin(data) });
  };
  const failed = (caught: Error) => { setSent(undefined); setError(caught); };
  const sendAndBegin = (event: Event) => {
    event.preventDefault();
    abort.current = new AbortController();
    const { signal } = abort.current;
    setSent(0);
    setError(undefined);
    sendData("test", setSent, signal)
      .then((data) => beginOnce({ digest: data.data, name: data.data_name, format: data.format }))
      .then(() => { leaveOut("test"); setSent(undefined); }, (caught: Error) => !signal.aborted && failed(caught));
  };
  const known = notYet(evaluations, version.version);
  return (
    <form class="sheet stack" onSubmit={sendAndBegin} aria-label="Evaluate">
      <div class="row"><h2>Evaluate v{version.version}</h2>{reading && <span class="muted small push" role="status">Reading…</span>}</div>
      {!source && (
        <>
          {evaluations.length === 0 && <p class="muted small">On texts with labels that no version was trained on, you see how good it is: which labels it finds, which it confuses, and whether its scores can be believed.</p>}
          <div class="row"><DataFilePicker slot="test" label="Choose test data" /><span class="muted small">or drop a CSV, TSV or JSON Lines file anywhere on this page</span></div>
          {known.length > 0 && <div class="row"><span class="muted small">As the other versions:</span>{known.map((data) => <button key={data.digest} type="button" class="button tight" onClick={() => void begin(data).catch(failed)}><Icon name="play" />on {data.name || data.digest.slice(7, 19)}</button>)}</div>}
        </>
      )}
      {source && <TakenSource slot="test" source={source} />}
      {readError && <Problem error={readError} />}
      {source && summary && (
        <>
          <p class="small" role="status">{counted(summary.examples, "item")} of {counted(summary.labels.length, "label")}</p>
          <Columns slot="test" source={source} summary={summary} />
          <Faults faults={summary.faults} count={summary.faultCount} />
          <div class="row">
            <button type="submit" class="button main" disabled={reading || sent !== undefined || summary.examples === 0}>Evaluate on {source.name || "it"}</button>
            {sent !== undefined && <span class="muted small" role="status">Sending: {formatPercent(sent)}</span>}
          </div>
        </>
      )}
      {error && <Problem error={error} />}
    </form>
  );
}
