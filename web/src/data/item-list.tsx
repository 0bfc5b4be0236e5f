import { useEffect, useMemo, useState } from "preact/hooks";
import { ask } from "../api/client";
import { formatBytes, formatCount } from "../base/format";
import { PagedList } from "../base/paged-list";
import { useStore } from "../base/use-store";
import { Empty, Problem } from "../ui/problem";
import { VirtualList } from "../ui/virtual-list";
import { Waiting } from "../ui/waiting";
import { datasetApi, labelOf, previewOf, type Item } from "./data";
import { ItemDialog } from "./item-dialog";

interface ItemPageBody {
  items: Item[];
  total?: number;
  next_cursor: string | null;
}

const kPageLength = 100;
const kRowHeight = 53;
const kAhead = 60;
const kTypes = [["", "Every kind"], ["audio/*", "Sound"], ["image/*", "Pictures"], ["text/*", "Text"]] as const;

function Row({ item, onOpen }: { item: Item | undefined; onOpen: (item: Item) => void }) {
  if (!item) return <div class="item-row" aria-busy="true" />;
  const kind = previewOf(item);
  return (
    <div class="item-row">
      <button type="button" class="item-name" data-main onClick={() => onOpen(item)}>
        {kind === "image" && <img src={item.content_url!} alt="" loading="lazy" />}
        <span class="break">{item.key}</span>
      </button>
      <span class="item-label">{labelOf(item)}</span>
      {kind === "audio" ? <audio controls preload="none" src={item.content_url!} aria-label={`Listen to ${item.key}`} /> : <span class="muted small">{item.media_type}</span>}
      <span class="muted small item-size">{formatBytes(item.size_bytes)}</span>
    </div>
  );
}

// The items of a dataset or of one of its slices, however many there are.
export function ItemList({ dataset, slice }: { dataset: string; slice: string | undefined }) {
  const [search, setSearch] = useState("");
  const [type, setType] = useState("");
  const [opened, setOpened] = useState<Item>();
  const list = useMemo(
    () => new PagedList<Item>(async (cursor, signal) => {
      const page = await ask<ItemPageBody>(`${datasetApi(dataset)}/items`, { query: { length: kPageLength, cursor, slice, search: search || undefined, media_type: type || undefined }, signal });
      return { items: page.items, next: page.next_cursor, total: page.total };
    }),
    [dataset, slice, search, type],
  );
  useEffect(() => {
    void list.show(0, kAhead);
    return () => list.close();
  }, [list]);
  const { count, total, complete, error, loading } = useStore(list.state);
  return (
    <section class="stack" aria-label="Items">
      <div class="row">
        <label class="search-field"><span class="unseen">Search items</span><input class="input" type="search" placeholder="Search by key" value={search} onInput={(event) => setSearch(event.currentTarget.value)} /></label>
        <label><span class="unseen">Kind of item</span><select class="input" value={type} onChange={(event) => setType(event.currentTarget.value)}>{kTypes.map(([value, title]) => <option key={value} value={value}>{title}</option>)}</select></label>
        {total !== undefined && <span class="muted small push">{formatCount(total)}</span>}
      </div>
      {error && <Problem error={error} onRetry={() => list.retry()} />}
      {count === 0 && loading && <Waiting />}
      {count === 0 && complete && !error && <Empty icon={search || type ? "search" : "folder"}><p>{search || type ? "No item fits." : "There is no item yet. “weigh dataset import” takes a folder, a table or recordings in."}</p></Empty>}
      {count > 0 && (
        <div class="sheet flush">
          <VirtualList count={count} rowHeight={kRowHeight} leastWidth={0} gap={0} as="list" label="Items" onRange={({ first, end }) => void list.show(first, end + kAhead)} render={(index) => <Row item={list.at(index)} onOpen={setOpened} />} />
        </div>
      )}
      {opened && <ItemDialog item={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}
