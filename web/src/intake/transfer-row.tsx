import { useRef } from "preact/hooks";
import { formatBytes, formatDuration, shortDigest } from "../base/format";
import { Findings } from "../model/findings";
import { Icon } from "../ui/icons";
import { pause, remove, resume, type IntakeItem, type Stage } from "./intake";
import { RateMeter } from "./rate";

const kWords: Record<Stage, string> = {
  waiting: "Waiting",
  hashing: "Reading",
  hashed: "Waiting",
  sending: "Sending",
  known: "Already here, not sent again",
  sent: "Sent",
  paused: "Paused",
  failed: "Failed",
};

function progressText(item: IntakeItem, meter: RateMeter): string {
  if (item.waitingFor) return item.waitingFor;
  const word = kWords[item.stage];
  if (item.stage !== "hashing" && item.stage !== "sending") return word;
  const rate = meter.perSecond();
  const left = meter.secondsLeft(item.file.size - item.done);
  return [word, `${formatBytes(item.done)} of ${formatBytes(item.file.size)}`, rate !== undefined && `${formatBytes(Math.round(rate))}/s`, left !== undefined && `${formatDuration(left)} left`]
    .filter(Boolean)
    .join(" · ");
}

export function TransferRow({ item }: { item: IntakeItem }) {
  const meter = useRef({ stage: item.stage, rate: new RateMeter() });
  if (meter.current.stage !== item.stage) meter.current = { stage: item.stage, rate: new RateMeter() };
  if (item.stage === "hashing" || item.stage === "sending") meter.current.rate.add(item.done, performance.now());
  const running = ["waiting", "hashing", "hashed", "sending"].includes(item.stage);
  const share = item.file.size === 0 ? 1 : item.done / item.file.size;
  return (
    <li class="transfer" data-stage={item.stage}>
      <div class="row">
        <Icon name={item.stage === "known" || item.stage === "sent" ? "check" : item.stage === "failed" ? "alert" : "file"} />
        <b class="break">{item.path}</b>
        <span class="muted small">{formatBytes(item.file.size)}</span>
        {item.digest && <code class="muted small" title={item.digest}>{shortDigest(item.digest)}</code>}
        <span class="row push">
          {running && <button type="button" class="button plain square tight" aria-label={`Pause ${item.path}`} title="Pause" onClick={() => pause(item.id)}><Icon name="pause" /></button>}
          {(item.stage === "paused" || item.stage === "failed") && <button type="button" class="button tight" onClick={() => resume(item.id)}>{item.stage === "paused" ? "Go on" : "Try again"}</button>}
          <button type="button" class="button plain square tight warns" aria-label={`Leave out ${item.path}`} title="Leave out" onClick={() => remove(item.id)}><Icon name="close" /></button>
        </span>
      </div>
      {(item.stage === "hashing" || item.stage === "sending") && (
        <div class={item.stage === "hashing" ? "bar quiet" : "bar"} role="progressbar" aria-label={`${kWords[item.stage]} ${item.path}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(share * 100)}>
          <span style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <p class={item.stage === "failed" ? "small bad-text" : "small muted"}>{item.error ?? progressText(item, meter.current.rate)}</p>
      {item.report && (
        <div class="inside stack">
          <p class="small">{item.report.summary}</p>
          <Findings findings={item.report.findings} />
        </div>
      )}
    </li>
  );
}
