// The test page's side of /api/test/realtime: sound goes out, what the model heard comes in.
import { createStore, type Store } from "../base/store";

export interface Detection {
  // Counted from the first.
  number: number;
  detected: boolean;
  confidence: number;
  inCooldown: boolean;
  atSeconds: number;
  tookMs: number;
}

export type Phase = "connecting" | "listening" | "ended";

export interface Talk {
  phase: Phase;
  // The last windows, the newest last.
  windows: Detection[];
  // The windows in which the word was heard, the newest first.
  heard: Detection[];
  count: number;
  error: string | undefined;
}

const kShownWindows = 60;
const kShownHeard = 50;

export const newTalk: Talk = { phase: "connecting", windows: [], heard: [], count: 0, error: undefined };

interface Said {
  type?: unknown;
  message?: unknown;
  detected?: unknown;
  confidence?: unknown;
  in_cooldown?: unknown;
  at_seconds?: unknown;
  inference_time_ms?: unknown;
}

const numberOf = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

// What the server said, taken into what is known.
export function afterMessage(talk: Talk, text: string): Talk {
  let said: Said;
  try {
    said = JSON.parse(text) as Said;
  } catch {
    return talk;
  }
  if (said.type === "ready") return { ...talk, phase: "listening", error: undefined };
  if (said.type === "error") return { ...talk, error: typeof said.message === "string" ? said.message : "The server refused without saying why." };
  if (said.type !== "detection") return talk;
  const detection: Detection = {
    number: talk.count + 1,
    detected: said.detected === true,
    confidence: numberOf(said.confidence),
    inCooldown: said.in_cooldown === true,
    atSeconds: numberOf(said.at_seconds),
    tookMs: numberOf(said.inference_time_ms),
  };
  const heard = detection.detected ? [detection, ...talk.heard].slice(0, kShownHeard) : talk.heard;
  return { ...talk, error: undefined, count: detection.number, windows: [...talk.windows, detection].slice(-kShownWindows), heard };
}

// 1000: one of us took leave; 1001: the server stops.
export function afterClose(talk: Talk, code: number, reason: string): Talk {
  const why = code === 1000 ? undefined : reason || talk.error || (code === 1001 ? "The server is stopping." : "The connection broke. Is “weigh serve” still running?");
  return { ...talk, phase: "ended", error: talk.error ?? why };
}

export interface Conversation {
  talk: Store<Talk>;
  hear(samples: Int16Array): void;
  setThreshold(threshold: number): void;
  setCooldown(milliseconds: number): void;
  end(): void;
}

export interface Wish {
  model: string;
  threshold: number;
  cooldownMs: number;
  onnx: boolean;
}

// Sound that the connection has not taken yet; beyond, it is late, and what is late is dropped.
const kMostWaitingBytes = 64_000;

export function converse(wish: Wish): Conversation {
  const talk = createStore<Talk>(newTalk);
  const query = new URLSearchParams({ model_id: wish.model, threshold: String(wish.threshold), cooldown_ms: String(wish.cooldownMs), use_onnx: String(wish.onnx) });
  const socket = new WebSocket(`${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}/api/test/realtime?${query}`);
  socket.onmessage = (event) => talk.update((now) => afterMessage(now, String(event.data)));
  socket.onclose = (event) => talk.update((now) => afterClose(now, event.code, event.reason));
  const tell = (command: Record<string, unknown>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
  };
  return {
    talk,
    hear: (samples) => {
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < kMostWaitingBytes) socket.send(new Int16Array(samples));
    },
    setThreshold: (threshold) => tell({ type: "set_threshold", threshold }),
    setCooldown: (milliseconds) => tell({ type: "set_cooldown", cooldown_ms: milliseconds }),
    end: () => socket.close(1000),
  };
}
