import { useCallback, useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  data: T | undefined;
  error: Error | undefined;
  loading: boolean;
  reload: () => void;
}

// Loads when `key` changes and aborts what an older key asked for. What was shown stays until its
// successor is here, unless `key` names another thing altogether (`keep` false).
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, keep = false): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T | undefined; error?: Error | undefined; loading: boolean }>({ key, loading: true });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    setState((now) => ({ key, loading: true, data: now.key === key || keep ? now.data : undefined, error: now.key === key ? now.error : undefined }));
    load(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ key, data, loading: false }),
      (error: Error) => !abort.signal.aborted && setState((now) => ({ key, data: now.data, error, loading: false })),
    );
    return () => abort.abort();
  }, [key, round]);

  const reload = useCallback(() => setRound((now) => now + 1), []);
  const fresh = state.key === key || keep;
  return { data: fresh ? state.data : undefined, error: state.key === key ? state.error : undefined, loading: state.loading || state.key !== key, reload };
}
