import { useEffect, useRef, useState } from "preact/hooks";
import type { Model, Version } from "../api/types";
import { counted, formatPercent } from "../base/format";
import { createStore } from "../base/store";
import { useStore } from "../base/use-store";
import { openMicrophone, type Microphone } from "../sound/microphone";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { ConfidenceStrip } from "./confidence-strip";
import { converse, newTalk, type Conversation, type Detection } from "./conversation";
import { TryFile } from "./try-file";
import "../styles/listen.css";

const kUsualThreshold = 0.5;
const kUsualCooldownMs = 1000;
const kSilent = createStore(newTalk);

function Log({ heard }: { heard: readonly Detection[] }) {
  if (heard.length === 0) return <p class="muted small">Each time the word is heard, it is noted here.</p>;
  return (
    <ol class="heard-log" reversed>
      {heard.map((one) => <li key={one.number}><span>{one.atSeconds.toFixed(1)} s</span><strong>{formatPercent(one.confidence)}</strong></li>)}
    </ol>
  );
}

interface Listening {
  conversation: Conversation;
  microphone: Microphone;
}

// The microphone against the model, live. Threshold and pause apply at once.
function Live({ model, threshold, onnx }: { model: string; threshold: number; onnx: boolean }) {
  const [listening, setListening] = useState<Listening>();
  const [opening, setOpening] = useState(false);
  const [error, setError] = useState<Error>();
  const [cooldown, setCooldown] = useState(kUsualCooldownMs);
  const talk = useStore(listening?.conversation.talk ?? kSilent);
  const open = useRef<Listening>();
  open.current = listening;

  const stop = () => {
    open.current?.microphone.close();
    open.current?.conversation.end();
    setListening(undefined);
  };
  const start = () => {
    setError(undefined);
    setOpening(true);
    const conversation = converse({ model, threshold, cooldownMs: cooldown, onnx });
    openMicrophone(conversation.hear).then(
      (microphone) => setListening({ conversation, microphone }),
      (problem: Error) => { conversation.end(); setError(problem); },
    ).finally(() => setOpening(false));
  };
  useEffect(() => () => { open.current?.microphone.close(); open.current?.conversation.end(); }, []);
  useEffect(() => listening?.conversation.setThreshold(threshold), [threshold]);
  useEffect(() => listening?.conversation.setCooldown(cooldown), [cooldown]);
  // What runs is chosen when a conversation begins.
  useEffect(() => stop(), [model, onnx]);
  useEffect(() => { if (talk.phase === "ended") open.current?.microphone.close(); }, [talk.phase]);

  const last = talk.windows.at(-1);
  const on = listening !== undefined && talk.phase !== "ended";
  return (
    <section class="sheet stack" aria-labelledby="live-head">
      <div class="row">
        <h2 id="live-head">Live</h2>
        {on && <span class="muted small push">{listening.microphone.name || "Microphone"} · {last ? `${last.tookMs.toFixed(0)} ms a window` : talk.phase === "connecting" ? "connecting…" : "listening…"}</span>}
      </div>
      <div class={last?.detected ? "ear hears" : on ? "ear open" : "ear"}>
        <p class="ear-word">{last?.detected ? "Heard" : on ? "Listening" : "Not listening"}</p>
        <p class="ear-figure">{last && on ? formatPercent(last.confidence) : "–"}</p>
      </div>
      <ConfidenceStrip windows={talk.windows} threshold={threshold} />
      <p class="unseen" role="status">{talk.heard.length > 0 ? `Heard ${counted(talk.heard.length, "time")}` : ""}</p>
      {talk.error && <Problem error={new Error(talk.error)} />}
      {error && <Problem error={error} />}
      <div class="row">
        {on
          ? <button type="button" class="button" onClick={stop}><Icon name="pause" />Stop listening</button>
          : <button type="button" class="button main" disabled={opening} onClick={() => { stop(); start(); }}><Icon name="play" />{opening ? "Opening the microphone…" : "Listen to the microphone"}</button>}
        <label class="row small push"><span>Pause after a word</span>
          <select class="input" value={cooldown} onChange={(event) => setCooldown(Number(event.currentTarget.value))}>
            {[0, 500, 1000, 2000, 5000].map((one) => <option key={one} value={one}>{one === 0 ? "none" : `${one / 1000} s`}</option>)}
          </select>
        </label>
      </div>
      <Log heard={talk.heard} />
    </section>
  );
}

interface Point {
  threshold: number;
  far?: number;
  frr?: number;
}

// The nearest of the thresholds that were measured in the training.
function measuredAt(version: Version, threshold: number): Point | undefined {
  const points = version.metadata?.threshold_analysis;
  if (!Array.isArray(points)) return undefined;
  return (points as Point[]).reduce<Point | undefined>((best, one) => (!best || Math.abs(one.threshold - threshold) < Math.abs(best.threshold - threshold) ? one : best), undefined);
}

// A wake word is tried by saying it, or on a recording; what the threshold costs stands beside it.
export function ListenPanel({ model, version }: { model: Model; version: Version }) {
  const own = typeof version.metadata?.threshold === "number" ? version.metadata.threshold : kUsualThreshold;
  const [threshold, setThreshold] = useState(own);
  const [onnx, setOnnx] = useState(false);
  const id = model.type === "default" || model.namespace === "custom" ? model.name : model.reference;
  const measured = measuredAt(version, threshold);
  return (
    <div class="stack wide">
      {!version.is_current && <p class="note">The current version listens, not version {version.version}: make that one current to try it.</p>}
      <section class="sheet stack" aria-label="How it listens">
        <label class="field">
          <span>Threshold <strong>{formatPercent(threshold)}</strong></span>
          <input type="range" min={0} max={1} step={0.01} value={threshold} onInput={(event) => setThreshold(Number(event.currentTarget.value))} />
        </label>
        {threshold !== own && <p><button type="button" class="button tight" onClick={() => setThreshold(own)}>Back to its own, {formatPercent(own)}</button></p>}
        {measured && <p class="muted small">At {formatPercent(measured.threshold)} the training measured {formatPercent(measured.frr)} of the words missed and {formatPercent(measured.far)} of other clips taken for it.</p>}
        {model.has_onnx && <label class="row small"><input type="checkbox" checked={onnx} onChange={(event) => setOnnx(event.currentTarget.checked)} />Listen with the ONNX file that devices get</label>}
      </section>
      <Live model={id} threshold={threshold} onnx={onnx} />
      <TryFile model={id} threshold={threshold} onnx={onnx} />
    </div>
  );
}
