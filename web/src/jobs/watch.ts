// The progress of a job, as the server tells it. The stream ends with the job; a lost one is taken up by the browser.
import type { Job } from "../api/types";

export const isOver = (job: Pick<Job, "state">): boolean => job.state === "completed" || job.state === "failed" || job.state === "cancelled";

export function watchJob(id: string, onJob: (job: Job) => void): () => void {
  const source = new EventSource(`/api/jobs/${encodeURIComponent(id)}/events`);
  source.addEventListener("job", (event) => {
    const job = JSON.parse((event as MessageEvent<string>).data) as Job;
    onJob(job);
    if (isOver(job)) source.close();
  });
  return () => source.close();
}
