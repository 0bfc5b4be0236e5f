import { ask } from "../api/client";
import { formatBytes } from "../base/format";
import { useLoad } from "../base/use-load";
import { CopyButton } from "../ui/copy";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { itemApi, type Item } from "./data";
import { ItemPreview } from "./item-preview";

// One item: what it is, what is known of it, and where it stands.
export function ItemDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const address = itemApi(item.dataset_id, item.id);
  const { data, error } = useLoad(address, (signal) => ask<Item>(address, { signal }));
  const slices = data?.slices ?? [];
  return (
    <Dialog title={item.key} onClose={onClose}>
      <div class="stack">
        <ItemPreview item={item} />
        {error && <Problem error={error} />}
        <dl class="pairs">
          <dt>Type</dt><dd>{item.media_type || "unknown"} · {formatBytes(item.size_bytes)}</dd>
          {item.digest && <><dt>SHA-256</dt><dd class="row"><code class="break">{item.digest}</code><CopyButton text={item.digest} label="Copy the digest" /></dd></>}
          <dt>Slices</dt><dd>{slices.length === 0 ? "none" : slices.map((slice) => slice.name).join(", ")}</dd>
        </dl>
        {item.annotations !== null && item.annotations !== undefined && <><h3>Annotations</h3><pre class="item-text">{JSON.stringify(item.annotations, null, 2)}</pre></>}
        {Object.keys(item.metadata ?? {}).length > 0 && <><h3>Metadata</h3><pre class="item-text">{JSON.stringify(item.metadata, null, 2)}</pre></>}
        {item.content_url && <p><a class="button" href={item.content_url} download={item.key.split("/").at(-1)}><Icon name="download" />Download</a></p>}
      </div>
    </Dialog>
  );
}
