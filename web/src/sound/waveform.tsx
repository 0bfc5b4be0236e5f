import { useMemo } from "preact/hooks";
import { columnsOf } from "./level";

const kColumns = 120;
const kThinnest = 0.02;

// The shape of a recording; what there is to know of it is said beside it in words.
export function Waveform({ samples }: { samples: Int16Array }) {
  const columns = useMemo(() => columnsOf(samples, kColumns), [samples]);
  return (
    <svg class="waveform" viewBox={`0 -1 ${kColumns} 2`} preserveAspectRatio="none" aria-hidden="true">
      {columns.map((one, at) => {
        const high = Math.max(one.high, kThinnest);
        return <rect key={at} x={at + 0.15} width={0.7} y={-high} height={high - Math.min(one.low, -kThinnest)} />;
      })}
    </svg>
  );
}
