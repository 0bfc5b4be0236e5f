import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { accept, suggest, type Known } from "./filter-language";
import { columnOf } from "./filter-state";

interface Props {
  filter: string;
  error: Error | undefined;
  known: () => Known;
  onChange: (filter: string) => void;
}

const kExample = "kind = 'wake-word' AND metric.f1 >= 0.9";

// The filter language by hand, with what can stand next. What the server cannot read is shown where it stands.
export function FilterBox({ filter, error, known, onChange }: Props) {
  const [text, setText] = useState(filter);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState<number>();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => setText(filter), [filter]);
  // Opened by a button or a key: one wants to write.
  useEffect(() => { if (filter === "") input.current?.focus(); }, []);
  const suggestions = useMemo(() => (open ? suggest(text, known()) : { from: 0, items: [] }), [text, open]);
  const shown = open && suggestions.items.length > 0;

  const refused = error instanceof ApiError && error.status === 400 && filter !== "" && text === filter ? error : undefined;
  const column = refused && columnOf(refused.details);
  const take = (item: string) => {
    setText(accept(text, suggestions, item));
    setActive(undefined);
    input.current?.focus();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setOpen(false);
    setActive(undefined);
    onChange(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = suggestions.items.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !shown) setOpen(true);
    else if (event.key === "ArrowDown") setActive((now) => (now === undefined ? 0 : (now + 1) % count));
    else if (event.key === "ArrowUp") setActive((now) => (now === undefined ? count - 1 : (now + count - 1) % count));
    else if (event.key === "Escape" && shown) setOpen(false);
    else if ((event.key === "Enter" || event.key === "Tab") && shown && active !== undefined) take(suggestions.items[active]!);
    else return;
    event.preventDefault();
  };
  return (
    <form class="filter-box" onSubmit={submit}>
      <label class="unseen" for="filter">Filter</label>
      <div class="combo">
        <input ref={input} id="filter" class="input mono" value={text} placeholder={kExample} maxLength={10_000} spellcheck={false} autocomplete="off"
          role="combobox" aria-autocomplete="list" aria-expanded={shown} aria-controls={`${id}-list`} aria-activedescendant={shown && active !== undefined ? `${id}-${active}` : undefined}
          aria-invalid={refused ? "true" : undefined} aria-describedby={refused ? "filter-error" : undefined}
          onInput={(event) => { setText(event.currentTarget.value); setOpen(true); setActive(undefined); }} onFocus={() => setOpen(true)} onBlur={() => setOpen(false)} onKeyDown={onKeyDown} />
        <ul id={`${id}-list`} class="choices" role="listbox" aria-label="What can stand here" hidden={!shown}>
          {suggestions.items.map((item, index) => (
            // The field keeps the focus, so that one can write on.
            <li key={item} id={`${id}-${index}`} role="option" aria-selected={index === active} onMouseDown={(event) => { event.preventDefault(); take(item); }}>{item}</li>
          ))}
        </ul>
      </div>
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
