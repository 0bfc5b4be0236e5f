import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "./problem";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

// The browser's own modal: it keeps focus inside, closes on Escape and gives focus back.
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
    return () => element.current?.close();
  }, []);
  const closeOnBackdrop = (event: MouseEvent) => event.target === element.current && onClose();
  return (
    <dialog ref={element} aria-label={title} onCancel={(event) => { event.preventDefault(); onClose(); }} onMouseDown={closeOnBackdrop}>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}

export function Confirm({ title, action, danger = false, onConfirm, onClose, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const submit = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    onConfirm().then(onClose, (caught: Error) => { setError(caught); setBusy(false); });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <h2>{title}</h2>
        <div class="stack">{children}</div>
        {error && <Problem error={error} />}
        <div class="ends">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class={danger ? "button danger" : "button main"} disabled={busy}>{action}</button>
        </div>
      </form>
    </Dialog>
  );
}
