import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import type { Model } from "../api/types";
import { nameProblem } from "../intake/plan";

const kTypingMs = 200;

// The model that a name leads to, or null where there is none yet; undefined while that is not known.
export function useExisting(namespace: string, name: string): Model | null | undefined {
  const [found, setFound] = useState<Model | null>();
  useEffect(() => {
    setFound(undefined);
    if (nameProblem(name) || nameProblem(namespace)) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => ask<Model>(modelApi({ namespace, name }), { signal: abort.signal }).then(setFound, () => !abort.signal.aborted && setFound(null)), kTypingMs);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [namespace, name]);
  return found;
}

// At least: numbers of versions that were purged are not used again.
export const nextVersionOf = (model: Model): number => Math.max(model.version_count, model.current_version ?? 0) + 1;
