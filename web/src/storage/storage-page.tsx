import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelPage, parseReference } from "../api/paths";
import type { Freed, Job, Storage } from "../api/types";
import { counted, formatBytes, formatCount } from "../base/format";
import { navigate } from "../base/location";
import { useLoad } from "../base/use-load";
import { Confirm } from "../ui/dialog";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { toast, toastError } from "../ui/toast";
import { Waiting } from "../ui/waiting";

const kParts = [
  ["kept", "In versions", "referenced_bytes"],
  ["trashed", "In the trash", "trashed_bytes"],
  ["loose", "Referred to by nothing", "unreferenced_bytes"],
] as const;

function Parts({ storage }: { storage: Storage }) {
  const sizes = kParts.map(([look, label, field]) => ({ look, label, bytes: storage[field] ?? 0 }));
  const total = sizes.reduce((sum, part) => sum + part.bytes, 0);
  return (
    <section class="sheet stack" aria-label="What takes how much">
      <div class="storage-bar" aria-hidden="true">{total > 0 && sizes.filter((part) => part.bytes > 0).map((part) => <span key={part.look} class={part.look} style={{ width: `${(part.bytes / total) * 100}%` }} />)}</div>
      <dl class="figures">
        {sizes.map((part) => <div key={part.look} class="figure"><dt><span class={`swatch ${part.look}`} />{part.label}</dt><dd>{formatBytes(part.bytes)}</dd></div>)}
        <div class="figure"><dt>Free on the disk</dt><dd>{formatBytes(storage.free_bytes ?? 0)}</dd></div>
        <div class="figure"><dt>Models</dt><dd>{formatCount(storage.models ?? 0)}</dd></div>
        <div class="figure"><dt>Versions</dt><dd>{formatCount(storage.versions ?? 0)}</dd></div>
        <div class="figure"><dt>Distinct files</dt><dd>{formatCount(storage.blobs ?? 0)}</dd></div>
      </dl>
    </section>
  );
}

export function StoragePage() {
  const { data, error, reload } = useLoad("storage", (signal) => ask<Storage>("/api/storage", { signal }), true);
  const [dry, setDry] = useState<Freed>();
  const weigh = () => ask<Freed>("/api/storage/collect", { method: "POST", json: { dry_run: true } }).then(setDry, toastError);
  const collect = async () => {
    const freed = await ask<Freed>("/api/storage/collect", { method: "POST", json: {} });
    reload();
    toast(`${formatBytes(freed.freed_bytes)} are free again.`);
  };
  const verify = (deep: boolean) => ask<Job>("/api/storage/verify", { method: "POST", json: { deep } }).then((job) => navigate(`/jobs?job=${job.job_id}`), toastError);
  const largest = data?.largest ?? [];
  const heaviest = Math.max(0, ...largest.map((row) => row.size_bytes ?? 0));
  return (
    <Page title="Storage" actions={
      <>
        <button type="button" class="button" onClick={() => void verify(false)}>Check every file</button>
        <button type="button" class="button" onClick={() => void verify(true)} title="Reads every byte">Check every byte</button>
        <button type="button" class="button" onClick={() => void weigh()}>What can be freed?</button>
      </>
    }>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {data && (
        <div class="stack wide">
          <Parts storage={data} />
          {(data.trashed_bytes ?? 0) > 0 && <p class="small"><a href="/trash">See what is in the trash</a> and what purging it would free.</p>}
          {largest.length === 0 ? <Empty icon="scale"><p>Nothing is kept yet.</p></Empty> : (
            <section class="sheet flush">
              <header><h2>The heaviest models</h2></header>
              <ScrollX label="The heaviest models">
                <table>
                  <thead><tr><th scope="col">Model</th><th scope="col" class="number">Size</th><th scope="col" class="number">Its own</th><th scope="col" class="number">Shared</th></tr></thead>
                  <tbody>
                    {largest.map((row) => {
                      const key = parseReference(row.reference ?? "");
                      const size = row.size_bytes ?? 0;
                      const own = row.unique_bytes ?? 0;
                      return <tr key={row.reference}><th scope="row" class="mono break">{key ? <a href={modelPage(key)}>{row.reference}</a> : row.reference}</th><td class="number weighed"><span class="bar" aria-hidden="true"><span style={{ width: `${heaviest > 0 ? (size / heaviest) * 100 : 0}%` }} /></span>{formatBytes(size)}</td><td class="number" title="Deleting the model would free this">{formatBytes(own)}</td><td class="number">{formatBytes(Math.max(0, size - own))}</td></tr>;
                    })}
                  </tbody>
                </table>
              </ScrollX>
            </section>
          )}
        </div>
      )}
      {dry && (
        <Confirm title={dry.freed_bytes > 0 ? `Free ${formatBytes(dry.freed_bytes)}?` : "Nothing to free"} action={dry.freed_bytes > 0 ? "Free them" : "Look again"} onConfirm={dry.freed_bytes > 0 ? collect : () => weigh().then(() => undefined)} onClose={() => setDry(undefined)}>
          <p>{dry.freed_bytes > 0 ? `${counted(dry.blobs, "file")} that no version refers to would go. No model loses anything.` : "Every byte that is kept belongs to a version, to the trash or to an upload on its way."}</p>
        </Confirm>
      )}
    </Page>
  );
}
