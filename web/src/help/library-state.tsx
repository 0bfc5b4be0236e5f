import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { LibraryScan } from "../api/types";
import { useLoad } from "../base/use-load";
import { forgetList } from "../models/kept-list";
import { Note, Problem } from "../ui/problem";

// What the server itself says about the folders, above the general advice.
export function LibraryState() {
  const { data, reload } = useLoad("problems", (signal) => ask<LibraryScan>("/api/library/problems", { signal }), true);
  const [taken, setTaken] = useState<string[]>();
  const [error, setError] = useState<Error>();
  const scan = () => {
    setError(undefined);
    ask<LibraryScan>("/api/library/scan", { method: "POST" }).then((now) => { setTaken(now.taken_in); forgetList(); reload(); }, setError);
  };
  const problems = data?.problems ?? [];
  return (
    <section class="sheet stack">
      <div class="row"><h2>Your library now</h2><button type="button" class="button tight push" onClick={scan}>Look again</button></div>
      {error && <Problem error={error} />}
      {taken && <p role="status">{taken.length > 0 ? `Taken in: ${taken.join(", ")}.` : "Nothing new was found."}</p>}
      {data && problems.length === 0 && <p class="muted">No folder is in trouble.</p>}
      {problems.map((problem) => <Note key={problem.path} tone="brass"><p><code>{problem.path}</code></p><p>{problem.message}</p></Note>)}
    </section>
  );
}
