import { useEffect } from "preact/hooks";
import { counted, formatBytes, formatDateTime, formatPercent } from "../base/format";
import type { Upload } from "../api/types";
import { useStore } from "../base/use-store";
import { Page } from "../ui/page";
import { Icon } from "../ui/icons";
import { toastError } from "../ui/toast";
import { FilePicker } from "./file-picker";
import { clear, discardUnfinished, isReady, items, loadUnfinished, unfinished } from "./intake";
import { PublishForm } from "./publish-form";
import { TransferRow } from "./transfer-row";

// Browsers do not keep files over a reload: the same file, added again, goes on where it was.
function Unfinished({ uploads }: { uploads: readonly Upload[] }) {
  return (
    <section class="sheet stack">
      <h2>Begun and not finished</h2>
      <p class="muted small">Add the same files again and they go on where they stopped.</p>
      <ul class="stack">
        {uploads.map((upload) => (
          <li key={upload.id} class="row">
            <b class="break">{upload.name ?? upload.id}</b>
            <span class="muted small">
              {formatBytes(upload.offset)}{upload.size_bytes ? ` of ${formatBytes(upload.size_bytes)} (${formatPercent(upload.offset / upload.size_bytes)})` : ""}
              {upload.created_at && ` · ${formatDateTime(upload.created_at)}`}
            </span>
            <button type="button" class="button tight push" onClick={() => void discardUnfinished(upload.id).catch(toastError)}>Discard</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function IntakePage() {
  const added = useStore(items);
  const begun = useStore(unfinished);
  const running = added.some((item) => item.stage === "hashing" || item.stage === "sending");
  useEffect(() => void loadUnfinished().catch(() => undefined), []);
  useEffect(() => {
    if (!running) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [running]);

  const inFlight = new Set(added.map((item) => item.path));
  const waiting = begun.filter((upload) => !inFlight.has(upload.name ?? ""));
  const total = added.reduce((sum, item) => sum + item.file.size, 0);
  return (
    <Page title="Add a model" lead="Files are read and sent, and looked into without running anything. They become a version only when you say so.">
      <div class={added.length > 0 ? "columns" : "stack"}>
        <div class="stack">
          {added.length > 0 && (
            <section class="sheet stack" aria-label="Files">
              <div class="row">
                <h2>{counted(added.length, "file")}</h2>
                <span class="muted small">{formatBytes(total)} · {added.filter(isReady).length} ready</span>
                <button type="button" class="button tight plain push" onClick={clear}>Leave all out</button>
              </div>
              <ul class="transfers">{added.map((item) => <TransferRow key={item.id} item={item} />)}</ul>
            </section>
          )}
          <section class={added.length > 0 ? "sheet drop-small" : "sheet start-drop"}>
            {added.length === 0 && <><Icon name="scale" /><h2>Put something on the scale</h2></>}
            <p class="muted">{added.length > 0 ? "Drop more files, or" : "Drop files or a whole folder anywhere on this page, or"}</p>
            <FilePicker />
          </section>
          {waiting.length > 0 && <Unfinished uploads={waiting} />}
        </div>
        {added.length > 0 && <PublishForm items={added} />}
      </div>
    </Page>
  );
}
