// Where a fit is watched, and what is to be weighed when it is done.
import type { ModelKey } from "../api/paths";
import { recall, remember } from "../base/remember";
import { withQuery } from "../base/route";
import type { SentData } from "./fit";

export const trainAddress = (model?: ModelKey, job?: string): string =>
  withQuery("/train", { model: model && `${model.namespace}/${model.name}`, job });

const key = (job: string): string => `test.${job}`;

// A reload, or a look at another page, must not lose it.
export const keepTestFor = (job: string, data: SentData): void => remember(key(job), JSON.stringify(data));

export function takeTestOf(job: string): SentData | undefined {
  const kept = recall(key(job));
  remember(key(job), undefined);
  return kept === undefined ? undefined : (JSON.parse(kept) as SentData);
}
