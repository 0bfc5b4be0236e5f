import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons";
import { toast } from "./toast";

// Only secure origins have a clipboard; on a plain address in the local network a selection does it.
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("refused");
}

export function CopyButton({ text, label, children }: { text: string; label: string; children?: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => copyText(text).then(() => setDone(true), () => toast("This browser does not let pages copy. Select the text and copy it yourself."));
  return (
    <button type="button" class={children ? "button tight" : "button plain square tight"} aria-label={children ? undefined : done ? "Copied" : label} title={label} onClick={copy}>
      <Icon name={done ? "check" : "copy"} />{children}
    </button>
  );
}

export function Snippet({ text, label }: { text: string; label: string }) {
  return (
    <div class="snippet">
      <pre tabIndex={0} aria-label={label}>{text}</pre>
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
  );
}
