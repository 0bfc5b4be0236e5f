import { useEffect, useRef, useState } from "preact/hooks";
import { counted } from "../base/format";
import { useStore } from "../base/use-store";
import { kListeningRate } from "../sound/downsampler";
import { kLongestSeconds } from "../sound/level";
import { openMicrophone, type Microphone } from "../sound/microphone";
import { Waveform } from "../sound/waveform";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { addFile, addTake, recordings, remove, type Recording } from "./recordings";
import { kMostRecordings } from "./wake-word";

function Row({ recording, number }: { recording: Recording; number: number }) {
  return (
    <li class="sheet take">
      <div class="row">
        <strong>Recording {number}</strong>
        <span class="muted small">{recording.samples ? `${(recording.samples.length / kListeningRate).toFixed(1)} s` : recording.name}</span>
        <button type="button" class="button plain tight push" onClick={() => remove(recording.id)} aria-label={`Remove recording ${number}`}><Icon name="trash" />Remove</button>
      </div>
      {recording.samples && <Waveform samples={recording.samples} />}
      <audio controls src={recording.address} aria-label={`Recording ${number}`} />
      {recording.remarks.map((one) => <p key={one.text} class={one.grave ? "small bad-text" : "small warn-text"}><Icon name="alert" />{one.text}</p>)}
    </li>
  );
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, one) => sum + one.length, 0));
  parts.reduce((at, one) => { whole.set(one, at); return at + one.length; }, 0);
  return whole;
}

const isField = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest("input, textarea, select, button, a, audio, summary") !== null;

// Up to five recordings of the word: by a button, by holding the space bar, or from files.
export function Recorder() {
  const made = useStore(recordings);
  const [microphone, setMicrophone] = useState<Microphone>();
  const [recording, setRecording] = useState(false);
  const [seconds, setSeconds] = useState(0);
  const [error, setError] = useState<Error>();
  const parts = useRef<Int16Array[] | undefined>();
  const held = useRef<Microphone>();
  held.current = microphone;
  const files = useRef<HTMLInputElement>(null);
  const full = made.length >= kMostRecordings;

  const stop = () => {
    const said = parts.current;
    parts.current = undefined;
    setRecording(false);
    setSeconds(0);
    if (said && said.length > 0) addTake(joined(said));
  };
  const hear = (samples: Int16Array) => {
    if (!parts.current) return;
    parts.current.push(samples);
    const length = parts.current.reduce((sum, one) => sum + one.length, 0) / kListeningRate;
    setSeconds(length);
    if (length >= kLongestSeconds) stop();
  };
  const start = async () => {
    if (parts.current || recordings.get().length >= kMostRecordings) return;
    setError(undefined);
    try {
      if (!held.current) setMicrophone((held.current = await openMicrophone(hear)));
      parts.current = [];
      setRecording(true);
    } catch (problem) {
      setError(problem as Error);
    }
  };
  useEffect(() => () => held.current?.close(), []);
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.code !== "Space" || event.repeat || isField(event.target)) return;
      event.preventDefault();
      void start();
    };
    const up = (event: KeyboardEvent) => { if (event.code === "Space" && parts.current) stop(); };
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    return () => { window.removeEventListener("keydown", down); window.removeEventListener("keyup", up); };
  }, []);
  const take = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    for (const file of [...field.files!].slice(0, kMostRecordings - recordings.get().length)) addFile(file);
    field.value = "";
  };
  return (
    <section class="stack" aria-labelledby="record-head">
      <div class="sheet stack">
        <div class="row"><h2 id="record-head">Say it</h2><span class="muted small push" role="status">{recording ? `Recording, ${seconds.toFixed(1)} s` : counted(made.length, "recording")} of {kMostRecordings}</span></div>
        <p class="muted">One recording is enough, three are much better. Say the word as you will say it later: in your own voice, from where you will stand.</p>
        <div class="row">
          {recording
            ? <button type="button" class="button main" onClick={stop}><Icon name="pause" />Stop</button>
            : <button type="button" class="button main" disabled={full} onClick={() => void start()}><Icon name="play" />Record</button>}
          <span class="muted small">or hold <kbd>Space</kbd></span>
          <input ref={files} type="file" multiple hidden accept="audio/*,.wav,.flac,.ogg,.mp3" aria-label="Recordings of the word" data-picker="recordings" onChange={take} />
          <button type="button" class="button push" disabled={full} onClick={() => files.current?.click()}><Icon name="file" />Choose files</button>
        </div>
        {error && <Problem error={error} />}
      </div>
      {made.length > 0 && <ol class="takes">{made.map((one, index) => <Row key={one.id} recording={one} number={index + 1} />)}</ol>}
    </section>
  );
}
