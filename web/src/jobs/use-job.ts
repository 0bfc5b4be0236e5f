import { useCallback, useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Job } from "../api/types";
import { toastError } from "../ui/toast";
import { isOver, watchJob } from "./watch";

export interface FollowedJob {
  job: Job | undefined;
  error: Error | undefined;
  cancel: () => void;
}

// One job from now to its end.
export function useJob(id: string | undefined): FollowedJob {
  const [job, setJob] = useState<Job>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    setJob(undefined);
    setError(undefined);
    if (id === undefined) return undefined;
    const abort = new AbortController();
    let stop = (): void => undefined;
    // A stream does not say why it is refused; a plain request does.
    ask<Job>(`/api/jobs/${encodeURIComponent(id)}`, { signal: abort.signal }).then(
      (now) => {
        if (abort.signal.aborted) return;
        setJob(now);
        if (!isOver(now)) stop = watchJob(id, setJob);
      },
      (caught: Error) => !abort.signal.aborted && setError(caught),
    );
    return () => { abort.abort(); stop(); };
  }, [id]);
  const cancel = useCallback(() => void ask<Job>(`/api/jobs/${encodeURIComponent(id ?? "")}/cancel`, { method: "POST" }).then(setJob, toastError), [id]);
  const fresh = job?.job_id === id ? job : undefined;
  return { job: fresh, error, cancel };
}
