import { useEffect, useState } from "preact/hooks";
import { useStore } from "../base/use-store";
import { Icon } from "./icons";
import { dismiss, toastError, toasts, type Toast } from "./toast";

// Longer when there is something to undo: reading, deciding and reaching takes time.
const kPlainMs = 6_000;
const kActMs = 20_000;

function OneToast({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(toast.id), toast.act ? kActMs : kPlainMs);
    return () => clearTimeout(timer);
  }, [held]);
  const hold = { onMouseEnter: () => setHeld(true), onMouseLeave: () => setHeld(false), onFocusIn: () => setHeld(true), onFocusOut: () => setHeld(false) };
  const act = toast.act;
  return (
    <div class="toast" {...hold}>
      <p>{toast.text}</p>
      {act && (
        <button type="button" class="act" onClick={() => { dismiss(toast.id); Promise.resolve(act.run()).catch(toastError); }}>
          {act.label}
        </button>
      )}
      <button type="button" aria-label="Dismiss" onClick={() => dismiss(toast.id)}><Icon name="close" /></button>
    </div>
  );
}

export function Toasts() {
  return <div class="toasts" role="status" aria-live="polite">{useStore(toasts).map((one) => <OneToast key={one.id} toast={one} />)}</div>;
}
