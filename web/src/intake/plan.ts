// From the files that were added to the version that they would become.
import type { Kind } from "../api/types";

export interface Planned {
  // The folder that all files share is the model's name, not part of the paths.
  folder: string | undefined;
  paths: string[];
}

export function splitFolder(paths: readonly string[]): Planned {
  const folder = paths[0]?.includes("/") ? paths[0].split("/")[0] : undefined;
  const shared = folder !== undefined && paths.every((path) => path.startsWith(`${folder}/`));
  return shared ? { folder, paths: paths.map((path) => path.slice(folder.length + 1)) } : { folder: undefined, paths: [...paths] };
}

const kWeights = /\.(pt|pth|safetensors|onnx|gguf|tflite|bin|pkl|ckpt)$/i;
// Names that say what a file is and not what the model is called.
const kGeneric = new Set(["model", "weights", "metadata", "checkpoint", "pytorch_model", "adapter_model", "config"]);

// Systems leave these in folders; they are nobody's model.
export const isLitter = (path: string): boolean => /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*|__MACOSX\/.*)$/.test(path);

export function suggestName(paths: readonly string[]): string {
  const { folder, paths: inner } = splitFolder(paths);
  if (folder) return toName(folder);
  const main = inner.find((path) => kWeights.test(path)) ?? inner[0] ?? "";
  const stem = main.split("/").pop()!.replace(/\.[^.]+$/, "");
  return kGeneric.has(stem.toLowerCase()) ? "" : toName(stem);
}

export const toName = (text: string): string => text.trim().replace(/\s+/g, "_").replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 128);

const kReserved = new Set(["list", "recordings", "versions", "downloads", "registry"]);

// The rule of names in words; undefined when the name keeps it. The server has the last word.
export function nameProblem(name: string): string | undefined {
  if (name === "") return "A model needs a name.";
  if (name.length > 128) return "A name has at most 128 characters.";
  if (!/^[A-Za-z0-9]/.test(name)) return "A name begins with a letter or a digit.";
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return "A name is made of letters, digits, dots, dashes and underscores. Anything else belongs in the display name.";
  if (kReserved.has(name.toLowerCase())) return `“${name}” is reserved. Choose another name.`;
  return undefined;
}

export function suggestKind(metadata: Record<string, unknown> | undefined): Kind {
  if (metadata && "wake_word" in metadata) return "wake-word";
  return "other";
}

export const isMetadataPath = (path: string): boolean => /(^|\/)[^/]+\.json$/i.test(path);

export function advice(paths: readonly string[]): string[] {
  const said: string[] = [];
  if (!paths.some((path) => kWeights.test(path))) said.push("None of these files looks like weights. They will be kept all the same.");
  if (paths.some((path) => /\.pt$/i.test(path)) && !paths.some(isMetadataPath)) {
    said.push("There is no .json beside the weights, so accuracy, F1 score and threshold will be empty. Add the metadata file to have them.");
  }
  return said;
}
