import { Downsampler } from "./downsampler";
import workletAddress from "./capture-worklet?worker&url";

// The microphone as 16-bit samples, 16,000 a second, until it is closed.
export interface Microphone {
  name: string;
  close(): void;
}

// What the browser's refusals mean to a person.
export function microphoneProblem(error: unknown): Error {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return new Error("The browser may not use the microphone. Allow it for this page, beside the address, and try again.");
  if (name === "NotFoundError") return new Error("There is no microphone. Plug one in, or choose a file instead.");
  if (name === "NotReadableError") return new Error("Another program holds the microphone. Close that one, and try again.");
  return error instanceof Error ? error : new Error("The microphone could not be opened.");
}

export async function openMicrophone(onSound: (samples: Int16Array) => void): Promise<Microphone> {
  if (!navigator.mediaDevices) {
    throw new Error("Browsers give the microphone only to pages of this machine or over HTTPS. Open the dashboard at http://localhost, or put HTTPS before the server.");
  }
  let stream: MediaStream | undefined;
  let context: AudioContext | undefined;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    context = new AudioContext();
    await context.audioWorklet.addModule(workletAddress);
    const capture = new AudioWorkletNode(context, "capture", { numberOfInputs: 1, numberOfOutputs: 0 });
    const down = new Downsampler(context.sampleRate);
    capture.port.onmessage = (event: MessageEvent<Float32Array>) => {
      const samples = down.take(event.data);
      if (samples.length > 0) onSound(samples);
    };
    context.createMediaStreamSource(stream).connect(capture);
  } catch (error) {
    stream?.getTracks().forEach((track) => track.stop());
    void context?.close();
    throw microphoneProblem(error);
  }
  const [open, playing] = [stream, context];
  return {
    name: open.getAudioTracks()[0]?.label ?? "",
    close: () => {
      open.getTracks().forEach((track) => track.stop());
      void playing.close();
    },
  };
}
