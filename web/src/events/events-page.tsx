import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { modelPage, parseReference } from "../api/paths";
import type { HistoryEvent } from "../api/types";
import { useLoad } from "../base/use-load";
import { EventList } from "../model/event-list";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";

const kPage = 100;
const kMost = 1000;

// Who did what to what, over all models.
export function EventsPage() {
  const [length, setLength] = useState(kPage);
  const { data, error, loading, reload } = useLoad(`events ${length}`, (signal) => ask<{ events: HistoryEvent[]; next_cursor: string | null }>("/api/events", { query: { length }, signal }), true);
  const events = data?.events ?? [];
  const linkOf = (event: HistoryEvent) => {
    const key = parseReference(event.model ?? "");
    return key ? <a class="mono" href={modelPage(key)}>{event.model}</a> : null;
  };
  return (
    <Page title="History" lead="Everything that changed here, and who changed it. Nothing is ever taken out of it." actions={<button type="button" class="button" onClick={reload}>Refresh</button>}>
      {error && <Problem error={error} onRetry={reload} />}
      {events.length === 0 && !loading && !error && <Empty icon="check"><p>Nothing has happened here yet.</p></Empty>}
      {events.length > 0 && (
        <section class="sheet stack" aria-label="Events">
          <EventList events={events} before={linkOf} />
          {data?.next_cursor && length < kMost && <p><button type="button" class="button tight" onClick={() => setLength((now) => Math.min(kMost, now + 300))}>Earlier</button></p>}
        </section>
      )}
    </Page>
  );
}
