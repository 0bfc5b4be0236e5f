import { formatPercent } from "../base/format";
import type { Detection } from "./conversation";

// The last half minute: how sure the model was in each window, against the threshold.
export function ConfidenceStrip({ windows, threshold }: { windows: readonly Detection[]; threshold: number }) {
  return (
    <div class="strip" aria-hidden="true">
      {windows.map((one) => <span key={one.number} class={one.detected ? "hit" : one.confidence >= threshold ? "over" : undefined} style={{ height: `${Math.max(1, one.confidence * 100)}%` }} />)}
      <i class="strip-line" style={{ bottom: `${threshold * 100}%` }}><b>{formatPercent(threshold)}</b></i>
    </div>
  );
}
