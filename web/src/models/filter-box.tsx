import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { columnOf } from "./filter-state";

interface Props {
  filter: string;
  error: Error | undefined;
  onChange: (filter: string) => void;
}

const kExample = "kind = 'wake-word' AND metric.f1 >= 0.9";

// The filter language by hand. What the server cannot read is shown where it stands.
export function FilterBox({ filter, error, onChange }: Props) {
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  const refused = error instanceof ApiError && error.status === 400 && filter !== "" && text === filter ? error : undefined;
  const column = refused && columnOf(refused.details);
  const submit = (event: Event) => {
    event.preventDefault();
    onChange(text.trim());
  };
  return (
    <form class="filter-box" onSubmit={submit}>
      <label class="unseen" for="filter">Filter</label>
      <input id="filter" class="input mono" value={text} placeholder={kExample} maxLength={10_000} spellcheck={false} autocomplete="off"
        aria-invalid={refused ? "true" : undefined} aria-describedby={refused ? "filter-error" : undefined} onInput={(event) => setText(event.currentTarget.value)} />
      <button type="submit" class="button">Apply</button>
      {filter !== "" && <button type="button" class="button plain" onClick={() => onChange("")}>Clear</button>}
      <a class="small" href="/help/filters">How to filter</a>
      {refused && (
        <div class="filter-error" id="filter-error" role="alert">
          {column !== undefined && <pre aria-hidden="true">{filter}{"\n"}{" ".repeat(Math.max(0, column - 1))}^</pre>}
          <p>{refused.message}{column !== undefined && ` (column ${column})`}</p>
        </div>
      )}
    </form>
  );
}
