import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelPage, parseReference } from "../api/paths";
import type { Freed, TrashItem } from "../api/types";
import { formatAgo, formatBytes, formatDateTime } from "../base/format";
import { navigate } from "../base/location";
import { useLoad } from "../base/use-load";
import { restore } from "../models/delete-model";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { ScrollX } from "../ui/scroll";
import { toast, toastError } from "../ui/toast";
import { Waiting } from "../ui/waiting";

interface TrashPageBody {
  items: TrashItem[];
  freed_bytes: number;
  next_cursor: string | null;
}

type Doomed = TrashItem | "everything";

export function TrashPage() {
  const [shown, setShown] = useState(100);
  const { data, error, loading, reload } = useLoad(`trash ${shown}`, (signal) => ask<TrashPageBody>("/api/trash", { query: { length: shown }, signal }), true);
  const [doomed, setDoomed] = useState<Doomed>();
  const items = data?.items ?? [];

  const bringBack = async (item: TrashItem) => {
    await restore(item.trash_id);
    reload();
    const key = parseReference(item.reference);
    toast(`${item.reference} is back.`, key && { label: "Open it", run: () => navigate(modelPage(key)) });
  };
  const purge = async () => {
    const freed = await ask<Freed>(doomed === "everything" ? "/api/trash" : `/api/trash/${encodeURIComponent(doomed!.trash_id)}`, { method: "DELETE" });
    reload();
    toast(`${formatBytes(freed.freed_bytes)} are free again.`);
  };
  return (
    <Page title="Trash" lead="What was deleted waits here before it is purged for good. Bytes that another version holds too are not freed."
      actions={items.length > 0 && <button type="button" class="button" onClick={() => setDoomed("everything")}>Empty the trash ({formatBytes(data!.freed_bytes)})</button>}>
      {error && <Problem error={error} onRetry={reload} />}
      {!data && !error && <Waiting />}
      {items.length === 0 && !loading && !error && <Empty icon="trash"><p>The trash is empty.</p></Empty>}
      {items.length > 0 && (
        <ScrollX class="sheet flush" label="Deleted models and versions">
          <table>
            <thead><tr><th scope="col">What</th><th scope="col">Deleted</th><th scope="col">Purged</th><th scope="col" class="number">Size</th><th scope="col" class="number">Would free</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.trash_id}>
                  <th scope="row" class="mono break">{item.reference}</th>
                  <td>{formatDateTime(item.deleted_at)}{item.deleted_by && <span class="muted"> · {item.deleted_by}</span>}</td>
                  <td title={formatDateTime(item.purge_at)}>{formatAgo(item.purge_at, Date.now())}</td>
                  <td class="number">{formatBytes(item.size_bytes)}</td>
                  <td class="number">{formatBytes(item.freed_bytes)}</td>
                  <td class="actions">
                    <button type="button" class="button tight" onClick={() => void bringBack(item).catch(toastError)}><Icon name="undo" />Restore</button>{" "}
                    <button type="button" class="button tight plain warns" onClick={() => setDoomed(item)}>Purge</button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {data?.next_cursor && <p class="more"><button type="button" class="button tight" onClick={() => setShown((now) => Math.min(1000, now + 300))}>Show more</button></p>}
        </ScrollX>
      )}
      {doomed && (
        <Confirm title={doomed === "everything" ? "Empty the trash?" : `Purge ${doomed.reference}?`} action="Purge for good" danger onConfirm={purge} onClose={() => setDoomed(undefined)}>
          <p>{formatBytes(doomed === "everything" ? data!.freed_bytes : doomed.freed_bytes)} become free. This cannot be undone.</p>
        </Confirm>
      )}
    </Page>
  );
}
