import { asking } from "../api/client";
import { useStore } from "../base/use-store";

// Holds the place of what is on its way. It shows itself when the answer is late, so that a quick one does not flicker.
export function Waiting() {
  return (
    <div class="sheet stack late" role="status">
      <p class="skeleton">What one asked for is on its way</p>
      <p class="skeleton">and stands here as soon as it is</p>
      <Patience />
    </div>
  );
}

export function Patience() {
  return <p class="small muted late very">The server takes long to answer. It may be busy; this page goes on as soon as it does.</p>;
}

// A line at the top of every page while an answer is late.
export function WorkingLine() {
  return useStore(asking) > 0 ? <div class="working late" aria-hidden="true" /> : null;
}
