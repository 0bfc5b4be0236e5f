import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { LibraryScan } from "../api/types";
import { counted } from "../base/format";
import { useLoad } from "../base/use-load";
import { Note } from "../ui/problem";
import { toast, toastError } from "../ui/toast";

// Folders of the library that could not be taken in, each with the reason and the way out.
export function ProblemsBanner({ onTakenIn }: { onTakenIn: () => void }) {
  const { data, reload } = useLoad("problems", (signal) => ask<LibraryScan>("/api/library/problems", { signal }));
  const [busy, setBusy] = useState(false);
  const lookAgain = () => {
    setBusy(true);
    ask<LibraryScan>("/api/library/scan", { method: "POST" })
      .then((scan) => {
        if (scan.taken_in.length > 0) onTakenIn();
        toast(scan.taken_in.length > 0 ? `Taken in: ${scan.taken_in.join(", ")}.` : "Nothing new could be taken in.");
        reload();
      })
      .catch(toastError)
      .finally(() => setBusy(false));
  };
  const problems = data?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <div class="banner">
      <Note tone="brass">
        <p><b>{counted(problems.length, "folder")} of the library could not be taken in.</b></p>
        <ul class="stack">
          {problems.slice(0, 3).map((problem) => <li key={problem.path}><code>{problem.path}</code><br />{problem.message}</li>)}
        </ul>
        {problems.length > 3 && <details><summary>{counted(problems.length - 3, "more", "more")}</summary><ul>{problems.slice(3).map((problem) => <li key={problem.path}><code>{problem.path}</code>: {problem.message}</li>)}</ul></details>}
        <p class="row"><button type="button" class="button tight" disabled={busy} onClick={lookAgain}>Look again</button><a href="/help/model-not-appearing">What a folder must hold</a></p>
      </Note>
    </div>
  );
}
