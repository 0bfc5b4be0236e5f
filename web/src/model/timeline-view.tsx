import { useMemo } from "preact/hooks";
import { ask } from "../api/client";
import { modelApi, modelPage } from "../api/paths";
import type { Alias, HistoryEvent, Model } from "../api/types";
import { formatDate, formatDateTime } from "../base/format";
import { navigate, usePlace } from "../base/location";
import { withQuery } from "../base/route";
import { useLoad } from "../base/use-load";
import { Problem } from "../ui/problem";
import { aliasSpans } from "./event-text";
import { fieldTime, serverTime, timelineOf, type Bar } from "./timeline";

// Narrower bars have no room for a number.
const kLeastLabelled = 0.045;

// The server's own answer to “what was production on Tuesday?”
function AtThatTime({ model, at }: { model: Model; at: string }) {
  const { data, error, reload } = useLoad(`${model.reference} at ${at}`, (signal) => ask<{ aliases: Alias[] }>(`${modelApi(model)}/aliases`, { query: { at }, signal }), true);
  if (error) return <Problem error={error} onRetry={reload} />;
  if (!data) return null;
  const pointed = data.aliases.filter((alias) => alias.version !== null);
  return (
    <p class="row" role="status">
      <span class="muted small">On {formatDateTime(at)}:</span>
      {pointed.length === 0 && <span>no alias was there.</span>}
      {pointed.map((alias) => <a key={alias.alias} class={alias.alias === "current" ? "chip accent" : "chip brass"} href={withQuery(modelPage(model), { version: alias.version })}>{alias.alias} → v{alias.version}</a>)}
    </p>
  );
}

export function TimelineView({ model, events }: { model: Model; events: readonly HistoryEvent[] }) {
  const { path, query } = usePlace();
  const timeline = useMemo(() => timelineOf(aliasSpans(events), Date.now()), [events]);
  if (!timeline) return null;
  const at = serverTime(query.get("at") ?? "");
  const moment = at === undefined ? undefined : (Date.parse(at) - timeline.begin) / (timeline.end - timeline.begin);
  const look = (field: string) => navigate(withQuery(path, { tab: "history", version: query.get("version"), at: serverTime(field) }), "replace");
  const titleOf = (alias: string, bar: Bar) => `v${bar.version} was ${alias} from ${formatDateTime(bar.from)} ${bar.to ? `until ${formatDateTime(bar.to)}` : "until now"}`;
  return (
    <section class="sheet stack" aria-labelledby="timeline-head">
      <div class="row">
        <h2 id="timeline-head">What each alias pointed at</h2>
        <label class="row push small"><span class="muted">What was it on</span><input class="input at-field" type="datetime-local" max={fieldTime(Date.now())} value={at ? fieldTime(Date.parse(at)) : ""} onInput={(event) => look(event.currentTarget.value)} /></label>
      </div>
      {at && <AtThatTime model={model} at={at} />}
      <div class="lanes">
        {timeline.lanes.map((lane) => (
          <div key={lane.alias} class="lane">
            <span class="lane-name" title={lane.alias}>{lane.alias}</span>
            <div class={lane.alias === "current" ? "lane-bars quiet" : "lane-bars"}>
              {lane.bars.map((bar, index) => (
                <a key={bar.from} class={index % 2 === 1 ? "even" : undefined} href={withQuery(modelPage(model), { version: bar.version })} title={titleOf(lane.alias, bar)} aria-label={titleOf(lane.alias, bar)}
                  style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}>{bar.width >= kLeastLabelled && `v${bar.version}`}</a>
              ))}
              {moment !== undefined && moment >= 0 && moment <= 1 && <span class="moment" style={{ left: `${moment * 100}%` }} />}
            </div>
          </div>
        ))}
        <div class="lane" aria-hidden="true"><span /><div class="lane-scale muted"><span>{formatDate(new Date(timeline.begin).toISOString())}</span><span>now</span></div></div>
      </div>
    </section>
  );
}
