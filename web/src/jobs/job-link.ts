// Where a job leads: to what it made, or to where it is watched.
import { modelPage, parseReference } from "../api/paths";
import type { Job } from "../api/types";
import { withQuery } from "../base/route";
import { isOver } from "./watch";

export interface JobLink {
  text: string;
  href: string;
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

export function linkOfJob(job: Pick<Job, "job_id" | "kind" | "state" | "parameters" | "result">): JobLink | undefined {
  if (job.kind !== "fit" && job.kind !== "evaluate" && job.kind !== "fit-wake-word" && job.kind !== "fine-tune") return undefined;
  const reference = textOf(job.result?.model) ?? textOf(job.parameters?.model);
  const model = reference === undefined ? undefined : parseReference(reference);
  if (!model) return undefined;
  const version = job.result?.version ?? job.parameters?.version;
  const number = typeof version === "number" ? version : undefined;
  const text = number === undefined ? reference! : `${reference}@${number}`;
  if (job.kind !== "evaluate") {
    if (!isOver(job) && job.kind === "fit-wake-word") return { text, href: withQuery("/train/wake-word", { job: job.job_id }) };
    if (!isOver(job) && job.kind === "fine-tune") return undefined;
    if (!isOver(job)) return { text, href: withQuery("/train", { model: reference, job: job.job_id }) };
    return job.state === "completed" ? { text, href: withQuery(modelPage(model), { version: number }) } : undefined;
  }
  const evaluation = textOf(job.result?.evaluation);
  return { text, href: withQuery(modelPage(model), { tab: "evaluate", version: number, evaluation, job: isOver(job) ? undefined : job.job_id }) };
}
