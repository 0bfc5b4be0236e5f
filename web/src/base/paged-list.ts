// A list that is as long as it wants to be, of which only a few pages are held.
//
// Pages come in order, each with the cursor that its predecessor gave. Pages far from what is looked at are
// let go; their cursor stays, so that scrolling back fetches them again.
import { createStore } from "./store";

export interface Fetched<T> {
  items: T[];
  next: string | null;
  total?: number | undefined;
}

interface HeldPage<T> {
  cursor: string | undefined;
  items: T[] | undefined;
  count: number;
}

export interface ListState {
  count: number;
  total: number | undefined;
  complete: boolean;
  loading: boolean;
  error: Error | undefined;
  // Rises with every change of what the items are.
  revision: number;
}

export class PagedList<T> {
  readonly state = createStore<ListState>({ count: 0, total: undefined, complete: false, loading: false, error: undefined, revision: 0 });
  private readonly pages: HeldPage<T>[] = [];
  private next: string | undefined;
  private wish = { first: 0, last: 0 };
  private readonly abort = new AbortController();

  constructor(
    private readonly fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Fetched<T>>,
    private readonly keptPages = 12,
  ) {}

  close(): void {
    this.abort.abort();
  }

  at(index: number): T | undefined {
    let first = 0;
    for (const page of this.pages) {
      if (index < first + page.count) return page.items?.[index - first];
      first += page.count;
    }
    return undefined;
  }

  // Those that are here now, in order.
  held(): T[] {
    return this.pages.flatMap((page) => page.items ?? []);
  }

  // Sees to it that these items are held, or on their way; one request at a time. A wish that comes while one
  // is under way takes the place of the older wish: whoever scrolls on has no use for what he left.
  async show(first: number, last: number): Promise<void> {
    this.wish = { first, last };
    const now = this.state.get();
    if (now.loading || now.error || this.abort.signal.aborted) return;
    let missing = this.pageNeeded();
    if (missing === undefined) return;
    this.change({ loading: true });
    try {
      for (; missing !== undefined && !this.abort.signal.aborted; missing = this.pageNeeded()) {
        await this.fetchInto(missing);
        this.letGoFarFrom(missing);
        this.change({});
      }
    } catch (error) {
      if (!this.abort.signal.aborted) this.change({ loading: false, error: error as Error });
      return;
    }
    this.change({ loading: false });
  }

  async retry(): Promise<void> {
    this.change({ error: undefined });
    await this.show(this.wish.first, this.wish.last);
  }

  // Takes one item out; the function that is returned puts it back where it was.
  remove(matches: (item: T) => boolean): (() => void) | undefined {
    for (const page of this.pages) {
      const index = page.items?.findIndex(matches) ?? -1;
      if (!page.items || index < 0) continue;
      const [item] = page.items.splice(index, 1) as [T];
      this.recount(page, -1);
      return () => {
        page.items?.splice(index, 0, item);
        this.recount(page, 1);
      };
    }
    return undefined;
  }

  private recount(page: HeldPage<T>, by: number): void {
    page.count += by;
    const { total } = this.state.get();
    this.change({ total: total === undefined ? undefined : total + by });
  }

  private pageNeeded(): number | undefined {
    let start = 0;
    for (const [index, page] of this.pages.entries()) {
      if (!page.items && this.isWished(start, page)) return index;
      start += page.count;
    }
    return this.wish.last >= start && !this.state.get().complete ? this.pages.length : undefined;
  }

  private isWished(start: number, page: HeldPage<T>): boolean {
    return start <= this.wish.last && start + page.count > this.wish.first;
  }

  private async fetchInto(index: number): Promise<void> {
    const held = this.pages[index];
    const cursor = held ? held.cursor : this.next;
    const got = await this.fetchPage(cursor, this.abort.signal);
    if (this.abort.signal.aborted) return;
    const page: HeldPage<T> = { cursor, items: got.items, count: got.items.length };
    this.pages[index] = page;
    if (index === this.pages.length - 1) {
      this.next = got.next ?? undefined;
      this.change({ complete: got.next === null });
    }
    if (got.total !== undefined) this.change({ total: got.total });
  }

  private letGoFarFrom(index: number): void {
    let start = 0;
    for (const [other, page] of this.pages.entries()) {
      if (Math.abs(other - index) > this.keptPages / 2 && !this.isWished(start, page)) page.items = undefined;
      start += page.count;
    }
  }

  private change(what: Partial<ListState>): void {
    const count = this.pages.reduce((sum, page) => sum + page.count, 0);
    this.state.update((now) => ({ ...now, ...what, count, revision: now.revision + 1 }));
  }
}
