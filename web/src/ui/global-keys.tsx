import { useEffect, useRef, useState } from "preact/hooks";
import { navigate } from "../base/location";
import { Dialog } from "./dialog";
import { isTaken, kKeyRows, wishOf } from "./keys";

const kFreshMs = 1_200;

export function GlobalKeys() {
  const [shown, setShown] = useState(false);
  const before = useRef<{ key: string; at: number }>();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      const fresh = before.current && event.timeStamp - before.current.at < kFreshMs ? before.current.key : undefined;
      before.current = { key: event.key, at: event.timeStamp };
      const wish = wishOf(event.key, fresh);
      if (!wish) return;
      event.preventDefault();
      // What a second key means stays between the two: a list must not take it for its own.
      event.stopImmediatePropagation();
      if ("go" in wish) navigate(wish.go);
      else if ("show" in wish) setShown(true);
    };
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, []);
  if (!shown) return null;
  return (
    <Dialog title="Keys" onClose={() => setShown(false)}>
      <div class="stack">
        <h2>Keys</h2>
        <dl class="facts keys">{kKeyRows.map((row) => [<dt key={row.meaning}>{row.keys.map((key, at) => <span key={key}>{at > 0 && " "}<kbd>{key}</kbd></span>)}</dt>, <dd key={`${row.meaning}=`}>{row.meaning}</dd>])}</dl>
        <div class="row"><button type="button" class="button main push" onClick={() => setShown(false)}>Close</button></div>
      </div>
    </Dialog>
  );
}
