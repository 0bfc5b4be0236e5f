// How numbers, sizes, times and digests are written everywhere in the dashboard.
const kUnits = ["kB", "MB", "GB", "TB", "PB", "EB"];

// As the command line writes them: three digits, in powers of a thousand.
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < kUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${kUnits[unit]}`;
}

export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

// 7 234 567 → "7.2 M"
export function formatShort(count: number): string {
  for (const [size, letter] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]] as const) {
    if (count >= size) return `${(count / size).toFixed(count / size >= 100 ? 0 : 1)} ${letter}`;
  }
  return count.toString();
}

export function formatPercent(share: number | null | undefined): string {
  return share == null ? "–" : `${(share * 100).toFixed(1)}\u202f%`;
}

export function formatScore(value: number | null | undefined, digits = 3): string {
  if (value == null) return "–";
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2);
  return Number.isInteger(value) ? String(value) : value.toFixed(digits);
}

export function formatSigned(value: number, digits = 3): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${formatScore(Math.abs(value), digits)}`;
}

const kDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const kDateTime = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

export function formatDate(time: string | null | undefined): string {
  return time ? kDate.format(new Date(time)) : "–";
}

export function formatDateTime(time: string | null | undefined): string {
  return time ? kDateTime.format(new Date(time)) : "–";
}

const kTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const kDay = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const formatTime = (time: string): string => kTime.format(new Date(time));
export const formatDay = (time: string): string => kDay.format(new Date(time));

export function formatAgo(time: string, now: number): string {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  if (seconds < 0) return `in ${formatDuration(-seconds)}`;
  if (seconds < 45) return "just now";
  return `${formatDuration(seconds)} ago`;
}

// The two largest units would be noise: one is enough, two below an hour.
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 === 0 || whole >= 600 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h`;
  return counted(Math.floor(whole / 86_400), "day");
}

// sha256:0123456789ab…
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}

export function formatShape(shape: ReadonlyArray<number | string>): string {
  return shape.length === 0 ? "scalar" : shape.join(" × ");
}
