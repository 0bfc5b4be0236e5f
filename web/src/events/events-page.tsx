import { useEffect, useMemo } from "preact/hooks";
import { ask } from "../api/client";
import { modelPage, parseReference } from "../api/paths";
import type { HistoryEvent } from "../api/types";
import { usePlace } from "../base/location";
import { PagedList } from "../base/paged-list";
import { withQuery } from "../base/route";
import { useStore } from "../base/use-store";
import { EventList } from "../model/event-list";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { Waiting } from "../ui/waiting";

const kPage = 100;
// As many as a page holds before it is slow to draw; older ones are a matter for the command line.
const kMostPages = 50;
const kTopics: ReadonlyArray<[topic: string, word: string]> = [["", "everything"], ["version", "versions"], ["alias", "aliases"], ["model", "models"], ["tag", "tags"], ["metrics", "metrics"], ["token", "tokens"]];

interface EventPage {
  events: HistoryEvent[];
  next_cursor: string | null;
}

const open = (topic: string) =>
  new PagedList<HistoryEvent>(async (cursor, signal) => {
    const page = await ask<EventPage>("/api/events", { query: { length: kPage, cursor, action: topic && `${topic}.*` }, signal });
    return { items: page.events, next: page.next_cursor };
  }, 2 * kMostPages);

// Who did what to what, over all models.
export function EventsPage() {
  const { query } = usePlace();
  const topic = kTopics.find(([one]) => one === query.get("about"))?.[0] ?? "";
  const list = useMemo(() => open(topic), [topic]);
  const now = useStore(list.state);
  useEffect(() => {
    void list.show(0, 0);
    return () => list.close();
  }, [list]);
  const events = list.held();
  const linkOf = (event: HistoryEvent) => {
    const key = parseReference(event.model ?? "");
    return key ? <a class="mono" href={modelPage(key)}>{event.model}</a> : null;
  };
  return (
    <Page title="History" lead="Everything that changed here, and who changed it. Nothing is ever taken out of it.">
      <nav class="row jobs-filter" aria-label="About">
        {kTopics.map(([one, word]) => <a key={one} class={one === topic ? "chip accent" : "chip outline"} href={withQuery("/events", { about: one })} aria-current={one === topic ? "true" : undefined}>{word}</a>)}
      </nav>
      {now.error && <Problem error={now.error} onRetry={() => void list.retry()} />}
      {now.count === 0 && !now.complete && !now.error && <Waiting />}
      {now.complete && events.length === 0 && <Empty icon="check"><p>{topic ? "Nothing of this kind has happened here yet." : "Nothing has happened here yet."}</p></Empty>}
      {events.length > 0 && (
        <section class="sheet stack" aria-label="Events">
          <EventList events={events} before={linkOf} />
          {!now.complete && events.length < kPage * kMostPages && <p><button type="button" class="button tight" disabled={now.loading} onClick={() => void list.show(now.count, now.count)}>Earlier</button></p>}
        </section>
      )}
    </Page>
  );
}
