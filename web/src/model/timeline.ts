// The history of aliases as lanes of bars on one scale of time.
import type { AliasSpan } from "./event-text";

export interface Bar {
  version: number;
  from: string;
  to: string | undefined;
  // Shares of the whole width.
  left: number;
  width: number;
}

export interface Lane {
  alias: string;
  bars: Bar[];
}

export interface Timeline {
  begin: number;
  end: number;
  lanes: Lane[];
}

const kFirst = ["current", "production"];
const placeOf = (alias: string): string => `${kFirst.includes(alias) ? kFirst.length - kFirst.indexOf(alias) - 1 : kFirst.length}${alias}`;

// From the first move until now. `production` stands on top and `current` below it.
export function timelineOf(spans: readonly AliasSpan[], now: number): Timeline | undefined {
  if (spans.length === 0) return undefined;
  const begin = Math.min(...spans.map((span) => Date.parse(span.from)));
  const length = Math.max(1, now - begin);
  const share = (time: number) => Math.min(1, Math.max(0, (time - begin) / length));
  const aliases = [...new Set(spans.map((span) => span.alias))].sort((a, b) => placeOf(a).localeCompare(placeOf(b)));
  const lanes = aliases.map((alias) => ({
    alias,
    bars: spans.filter((span) => span.alias === alias).map((span): Bar => {
      const left = share(Date.parse(span.from));
      return { version: span.version, from: span.from, to: span.to, left, width: share(span.to ? Date.parse(span.to) : now) - left };
    }).reverse(),
  }));
  return { begin, end: now, lanes };
}

// What a field for date and time holds, in the time zone of who looks.
export function fieldTime(time: number): string {
  const date = new Date(time);
  return new Date(time - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

// Back to what the server reads; undefined while it is half written.
export function serverTime(field: string): string | undefined {
  const time = Date.parse(field);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
