import type { ComponentChildren } from "preact";
import type { HistoryEvent } from "../api/types";
import { formatDateTime, formatDay, formatTime } from "../base/format";
import { eventText } from "./event-text";

interface Props {
  events: readonly HistoryEvent[];
  before?: (event: HistoryEvent) => ComponentChildren;
}

interface Day {
  name: string;
  events: HistoryEvent[];
}

function daysOf(events: readonly HistoryEvent[]): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const name = formatDay(event.at);
    if (days.at(-1)?.name !== name) days.push({ name, events: [] });
    days.at(-1)!.events.push(event);
  }
  return days;
}

export function EventList({ events, before }: Props) {
  return (
    <>
      {daysOf(events).map((day) => (
        <section key={day.name} aria-label={day.name}>
          <p class="day">{day.name}</p>
          <ol class="events">
            {day.events.map((event) => (
              <li key={event.sequence}>
                <time class="muted small" dateTime={event.at} title={formatDateTime(event.at)}>{formatTime(event.at)}</time>
                <span class="break">{before?.(event)} {eventText(event)}</span>
                <span class="muted small">{event.actor}</span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
