// The history in words. An action that this page does not know yet is shown by its own name.
import type { HistoryEvent } from "../api/types";

const versionText = (value: unknown): string => (typeof value === "number" ? `version ${value}` : "nothing");

function moveText(event: HistoryEvent, verb: string): string {
  const { from, to, reason } = event.details ?? {};
  const target = to ?? event.version;
  const start = from === undefined || from === null ? "" : ` from ${versionText(from)}`;
  return `${event.subject ?? "An alias"} ${verb}${start} to ${versionText(target)}${typeof reason === "string" && reason ? `: ${reason}` : ""}`;
}

function rulesText(event: HistoryEvent): string {
  const { to } = event.details ?? {};
  if (!Array.isArray(to)) return "";
  return to.length === 0 ? ": it demands nothing any more" : `: ${to.join(", ")}`;
}

export function eventText(event: HistoryEvent): string {
  const version = versionText(event.version);
  const subject = event.subject ? `“${event.subject}”` : "";
  switch (event.action) {
    case "alias.moved": return moveText(event, "moved");
    case "alias.rolled_back": return moveText(event, "was rolled back");
    case "alias.held": return `${event.subject} is held at ${version}`;
    case "alias.released": return `${event.subject} follows new versions again`;
    case "alias.removed": return `${event.subject} was removed`;
    case "gates.changed": return `The rules of ${event.subject} were changed${rulesText(event)}`;
    case "version.exported": return `Version ${event.version} was written for other programs`;
    case "version.evaluated": return `Version ${event.version} was weighed on ${event.subject || "data"}`;
    case "evaluation.removed": return `An evaluation of version ${event.version} on ${event.subject || "data"} was forgotten`;
    case "metrics.added": return `Metrics were added to ${version}`;
    case "model.created": return "The model was made";
    case "model.deleted": return "The model was moved to the trash";
    case "model.purged": return "The model was purged for good";
    case "model.renamed": return `The model was renamed${subject && ` from ${subject}`}`;
    case "model.restored": return "The model came back from the trash";
    case "model.restored_from_backup": return "The model came back from a backup";
    case "model.updated": return "The model's texts were changed";
    case "token.created": return `The token ${subject} was made`;
    case "token.removed": return `The token ${subject} was revoked`;
    case "tag.set": return `The tag ${subject} was set`;
    case "tag.removed": return `The tag ${subject} was removed`;
    case "version.created": return `Version ${event.version} was published`;
    case "version.deleted": return `Version ${event.version} was moved to the trash`;
    case "version.purged": return `Version ${event.version} was purged for good`;
    case "version.restored": return `Version ${event.version} came back from the trash`;
    case "version.updated": return `Notes, label or metadata of ${version} were changed`;
    default: return [event.action, subject, event.version !== undefined && version].filter(Boolean).join(" ");
  }
}

export interface AliasSpan {
  alias: string;
  version: number;
  from: string;
  // Absent while it still holds.
  to?: string;
}

// What each alias pointed at and for how long, newest first, from events newest first.
export function aliasSpans(events: readonly HistoryEvent[]): AliasSpan[] {
  const spans: AliasSpan[] = [];
  const open = new Map<string, string>();
  for (const event of events) {
    const alias = event.subject;
    if (!alias || !event.action.startsWith("alias.") || event.action === "alias.held" || event.action === "alias.released") continue;
    const target = event.details?.to ?? event.version;
    const until = open.get(alias);
    open.set(alias, event.at);
    if (event.action !== "alias.removed" && typeof target === "number") {
      spans.push(until === undefined ? { alias, version: target, from: event.at } : { alias, version: target, from: event.at, to: until });
    }
  }
  return spans;
}
