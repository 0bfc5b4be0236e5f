import { useEffect, useRef, useState } from "preact/hooks";
import { usePlace, navigate } from "../base/location";
import { withQuery } from "../base/route";
import { useStore } from "../base/use-store";
import { useDrops } from "../intake/drop-taker";
import { nextVersionOf, useExisting } from "../models/use-existing";
import { TrainTabs } from "../train/train-tabs";
import { Page } from "../ui/page";
import { Problem } from "../ui/problem";
import { Recorder } from "./recorder";
import { addFile, recordings } from "./recordings";
import { TrainingView } from "./training-view";
import { formOf, kMostRecordings, kWakeChoices, modelNameOf, startTraining, wordAdvice, wordProblem, type WakeChoices } from "./wake-word";
import "../styles/charts.css";
import "../styles/listen.css";
import "../styles/train.css";

const kAddress = "/train/wake-word";

function Choices({ choices, onChange }: { choices: WakeChoices; onChange: (choices: WakeChoices) => void }) {
  const check = (key: "speech" | "similar" | "negatives") => (event: Event) => onChange({ ...choices, [key]: (event.currentTarget as HTMLInputElement).checked });
  return (
    <details>
      <summary>More</summary>
      <div class="stack more-fields">
        <label class="row small"><input type="checkbox" checked={choices.speech} onChange={check("speech")} />Let synthetic voices say the word as well</label>
        <label class="row small"><input type="checkbox" checked={choices.similar} onChange={check("similar")} />Learn to tell words apart that sound like it</label>
        <label class="row small"><input type="checkbox" checked={choices.negatives} onChange={check("negatives")} />Learn from the everyday sound that lies on this server</label>
        <div class="pair">
          <label class="field"><span>Epochs</span><input class="input" type="number" min={10} max={500} placeholder="as needed" value={choices.epochs} onInput={(event) => onChange({ ...choices, epochs: event.currentTarget.value })} /></label>
          <label class="field"><span>Examples of the word</span><input class="input" type="number" min={100} max={20000} placeholder="as needed" value={choices.positives} onInput={(event) => onChange({ ...choices, positives: event.currentTarget.value })} /></label>
        </div>
      </div>
    </details>
  );
}

function Wizard({ given }: { given: string }) {
  const made = useStore(recordings);
  const [word, setWord] = useState(given);
  const [choices, setChoices] = useState(kWakeChoices);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<Error>();
  const abort = useRef<AbortController>();
  useEffect(() => () => abort.current?.abort(), []);
  useDrops("Let go to take these recordings", (files) => {
    for (const { file } of files.slice(0, kMostRecordings - recordings.get().length)) addFile(file);
  });
  const problem = word === "" ? undefined : wordProblem(word);
  const existing = useExisting("custom", word === "" || problem ? "" : modelNameOf(word));
  const unusable = made.some((one) => one.remarks.some((remark) => remark.grave));
  const missing = word === "" || problem ? "Type the word first." : made.length === 0 ? "Record it at least once." : unusable ? "Remove the recordings that cannot be used." : undefined;
  const submit = (event: Event) => {
    event.preventDefault();
    if (missing) return;
    abort.current = new AbortController();
    setSending(true);
    setError(undefined);
    startTraining(formOf(word, made, choices), abort.current.signal)
      .then(({ job_id }) => navigate(withQuery(kAddress, { job: job_id }), "replace"))
      .catch((caught: Error) => setError(caught))
      .finally(() => setSending(false));
  };
  const hint = problem ?? wordAdvice(word) ?? (existing ? `This becomes version ${nextVersionOf(existing)} of ${existing.reference}; the others stay.` : " ");
  return (
    <div class="columns">
      <div class="stack">
        <section class="sheet stack" aria-labelledby="word-head">
          <h2 id="word-head">The word</h2>
          <div class="field">
            <label for="wake-word">What you will say</label>
            <input id="wake-word" class="input" name="wake_word" placeholder="hey jarvis" value={word} maxLength={60} autocomplete="off" autofocus spellcheck={false} aria-describedby="wake-word-hint" aria-invalid={problem ? "true" : undefined} onInput={(event) => setWord(event.currentTarget.value)} />
            <span id="wake-word-hint" class="hint">{hint}</span>
          </div>
        </section>
        <Recorder />
      </div>
      <form class="sheet stack publish" aria-label="Train" onSubmit={submit}>
        <h2>Train</h2>
        <p class="muted small">It takes some minutes. The recordings stay on this server, and are kept with the model so that it can be trained again.</p>
        <Choices choices={choices} onChange={setChoices} />
        {error && <Problem error={error} />}
        <p class="muted small" role="status">{missing ?? ""}</p>
        <button type="submit" class="button main" disabled={sending || missing !== undefined}>{sending ? "Sending the recordings…" : "Train"}</button>
      </form>
    </div>
  );
}

// A wake word from a person's own voice: the word, the recordings, the training as it goes, and the new model.
export function WakeTrainPage() {
  const { query } = usePlace();
  const job = query.get("job");
  return (
    <Page title="Train a wake word" lead={job ? undefined : "It learns to hear one word or two, said by you and by others. Nothing leaves this server."}>
      {!job && <TrainTabs />}
      {job ? <div class="stack"><TrainingView id={job} /></div> : <Wizard given={query.get("word") ?? ""} />}
    </Page>
  );
}
