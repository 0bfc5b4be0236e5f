import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, type ModelKey } from "../api/paths";
import type { HistoryEvent, Model } from "../api/types";
import { useLoad } from "../base/use-load";
import { Problem } from "../ui/problem";
import { toastError } from "../ui/toast";
import { EventList } from "./event-list";
import { TimelineView } from "./timeline-view";

interface EventPage {
  events: HistoryEvent[];
  next_cursor: string | null;
}

const fetchEvents = (key: ModelKey, query: Record<string, string | number | null>, signal?: AbortSignal) => ask<EventPage>(`${modelApi(key)}/events`, { query, signal });

export function History({ model }: { model: Model }) {
  const key = `events ${model.reference} ${model.revision}`;
  const moves = useLoad(`${key} moves`, (signal) => fetchEvents(model, { action: "alias.*", length: 1000 }, signal), true);
  const first = useLoad(key, (signal) => fetchEvents(model, { length: 50 }, signal), true);
  const [more, setMore] = useState<{ of: EventPage | undefined; page: EventPage }>();
  const older = more && more.of === first.data ? more.page : undefined;
  const events = [...(first.data?.events ?? []), ...(older?.events ?? [])];
  const cursor = older ? older.next_cursor : (first.data?.next_cursor ?? null);
  const loadMore = () => fetchEvents(model, { length: 50, cursor }).then((page) => setMore({ of: first.data, page: { events: [...(older?.events ?? []), ...page.events], next_cursor: page.next_cursor } }), toastError);
  if (first.error) return <Problem error={first.error} onRetry={first.reload} />;
  return (
    <>
      <TimelineView model={model} events={moves.data?.events ?? []} />
      <section class="sheet stack">
        <h2>Everything that happened</h2>
        <EventList events={events} />
        {cursor !== null && <p><button type="button" class="button tight" onClick={loadMore}>Earlier</button></p>}
      </section>
    </>
  );
}
