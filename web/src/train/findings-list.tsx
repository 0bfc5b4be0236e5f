import { counted } from "../base/format";
import { Icon } from "../ui/icons";
import { Note } from "../ui/problem";
import type { Fault } from "./read-data";
import type { Warning } from "./review";

const isGrave = (warning: Warning): boolean => warning.code === "few-labels" || warning.code === "overlap";

export function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  return (
    <ul class="warnings">
      {warnings.map((warning) => (
        <li key={warning.code + warning.message} class={isGrave(warning) ? "grave" : undefined}>
          <Icon name="alert" />
          <div>
            <p>{warning.message}</p>
            {warning.texts.length > 0 && <details><summary>Which</summary><ul>{warning.texts.map((text) => <li key={text} class="break muted">{text}</li>)}</ul></details>}
          </div>
        </li>
      ))}
    </ul>
  );
}

const kFirstFaults = 3;
const faultText = (fault: Fault): string => `Line ${fault.line}: ${fault.what}.`;

// Lines that cannot be used. They stay behind, and it is said.
export function Faults({ faults, count }: { faults: readonly Fault[]; count: number }) {
  if (count === 0) return null;
  const rest = faults.slice(kFirstFaults);
  return (
    <Note tone="danger">
      <p>{counted(count, "line")} cannot be used and {count === 1 ? "is" : "are"} left out.</p>
      <ul class="small">{faults.slice(0, kFirstFaults).map((fault) => <li key={fault.line}>{faultText(fault)}</li>)}</ul>
      {rest.length > 0 && <details><summary>{count > faults.length ? `The next ${rest.length}` : "The others"}</summary><ul class="small">{rest.map((fault) => <li key={fault.line}>{faultText(fault)}</li>)}</ul></details>}
    </Note>
  );
}
