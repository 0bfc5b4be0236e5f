import type { Model, Version } from "../api/types";
import { ListenPanel } from "../listen/listen-panel";
import { isTextClassifier } from "../models/trying";
import { TryText } from "../try/try-text";

// What the model says of something that one has at hand: a text, one's own voice, or a recording.
export function TestBench({ model, version }: { model: Model; version: Version }) {
  return isTextClassifier(model) ? <TryText key={version.version} model={model} version={version} /> : <ListenPanel key={version.version} model={model} version={version} />;
}
