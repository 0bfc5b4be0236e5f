import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import { ask } from "../api/client";
import { formatBytes, formatCount } from "../base/format";
import { PagedList } from "../base/paged-list";
import { useChosen } from "../base/use-chosen";
import { useStore } from "../base/use-store";
import { Empty, Problem } from "../ui/problem";
import { VirtualList } from "../ui/virtual-list";
import { Waiting } from "../ui/waiting";
import { datasetApi, labelOf, previewOf, type Item } from "./data";
import { ItemAdder } from "./item-adder";
import { ItemBar } from "./item-bar";
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

interface RowProps {
  item: Item | undefined;
  chosen: boolean;
  onChoose: (item: Item) => void;
  onOpen: (item: Item) => void;
}

function Row({ item, chosen, onChoose, onOpen }: RowProps) {
  if (!item) return <div class="item-row" aria-busy="true" />;
  const kind = previewOf(item);
  return (
    <div class="item-row">
      <input type="checkbox" class="choose" aria-label={`Choose ${item.key}`} checked={chosen} onChange={() => onChoose(item)} />
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
export function ItemList({ dataset, slice, onChanged }: { dataset: string; slice: string | undefined; onChanged: () => void }) {
  const [search, setSearch] = useState("");
  const [type, setType] = useState("");
  const [opened, setOpened] = useState<Item>();
  const [round, again] = useReducer((count: number, _: void) => count + 1, 0);
  const { chosen, toggle, chooseAll, chooseNone } = useChosen<Item>((item) => item.id);
  const list = useMemo(
    () => new PagedList<Item>(async (cursor, signal) => {
      const page = await ask<ItemPageBody>(`${datasetApi(dataset)}/items`, { query: { length: kPageLength, cursor, slice, search: search || undefined, media_type: type || undefined }, signal });
      return { items: page.items, next: page.next_cursor, total: page.total };
    }),
    [dataset, slice, search, type, round],
  );
  useEffect(() => {
    void list.show(0, kAhead);
    return () => list.close();
  }, [list]);
  const { count, total, complete, error, loading } = useStore(list.state);
  const changed = () => { again(); onChanged(); };
  const allChosen = chosen.size > 0 && list.held().every((item) => chosen.has(item.id));
  return (
    <section class="stack" aria-label="Items">
      <div class="row">
        <label class="search-field"><span class="unseen">Search items</span><input class="input" type="search" placeholder="Search by key" value={search} onInput={(event) => setSearch(event.currentTarget.value)} /></label>
        <label><span class="unseen">Kind of item</span><select class="input" value={type} onChange={(event) => setType(event.currentTarget.value)}>{kTypes.map(([value, title]) => <option key={value} value={value}>{title}</option>)}</select></label>
        {count > 0 && <label class="check"><input type="checkbox" checked={allChosen} onChange={() => chooseAll(list.held())} />{total !== undefined ? `Choose loaded, of ${formatCount(total)}` : "Choose loaded"}</label>}
        <span class="push"><ItemAdder dataset={dataset} slice={slice} onAdded={changed} /></span>
      </div>
      {error && <Problem error={error} onRetry={() => list.retry()} />}
      {count === 0 && loading && <Waiting />}
      {count === 0 && complete && !error && <Empty icon={search || type ? "search" : "folder"}><p>{search || type ? "No item fits." : "There is no item yet. Drop files here, or let “weigh dataset import” take a folder, a table or recordings in."}</p></Empty>}
      {count > 0 && (
        <div class="sheet flush">
          <VirtualList count={count} rowHeight={kRowHeight} leastWidth={0} gap={0} as="list" label="Items" onRange={({ first, end }) => void list.show(first, end + kAhead)} render={(index) => { const item = list.at(index); return <Row item={item} chosen={item !== undefined && chosen.has(item.id)} onChoose={toggle} onOpen={setOpened} />; }} />
        </div>
      )}
      {chosen.size > 0 && <ItemBar dataset={dataset} slice={slice} chosen={[...chosen.values()]} onClear={chooseNone} onChanged={changed} />}
      {opened && <ItemDialog item={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}
