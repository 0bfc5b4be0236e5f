import type { ComponentChildren } from "preact";
import type { HistoryEvent } from "../api/types";
import { formatDateTime } from "../base/format";
import { eventText } from "./event-text";

interface Props {
  events: readonly HistoryEvent[];
  before?: (event: HistoryEvent) => ComponentChildren;
}

export function EventList({ events, before }: Props) {
  return (
    <ol class="events">
      {events.map((event) => (
        <li key={event.sequence}>
          <time class="muted small" dateTime={event.at}>{formatDateTime(event.at)}</time>
          <span class="break">{before?.(event)} {eventText(event)}</span>
          <span class="muted small">{event.actor}</span>
        </li>
      ))}
    </ol>
  );
}
