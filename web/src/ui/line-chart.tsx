import { chartOf, dottedOf, lineOf, lowered } from "./chart";

export interface Dot {
  title: string;
  href: string;
  // Said beside the dot.
  mark: string | undefined;
  chosen: boolean;
}

interface Props {
  values: ReadonlyArray<number | undefined>;
  dotOf: (index: number) => Dot;
  text: (value: number) => string;
}

const kMostDots = 60;

// The line is drawn once and stretched; dots and words are plain elements, so that they stay round, sharp and in reach of the keyboard.
export function LineChart({ values, dotOf, text }: Props) {
  const chart = chartOf(values);
  if (!chart) return null;
  const dots = dottedOf(chart, (index) => { const dot = dotOf(index); return dot.chosen || dot.mark !== undefined; }, kMostDots);
  const marked = dots.filter((point) => dotOf(point.index).mark !== undefined);
  const below = lowered(marked);
  return (
    <div class={marked.length === 0 ? "chart" : below.size > 0 ? "chart marks-2" : "chart marks-1"}>
      <div class="chart-scale" aria-hidden="true"><span>{text(chart.high)}</span>{chart.high !== chart.low && <span>{text(chart.low)}</span>}</div>
      <div class="chart-plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <polygon class="chart-area" points={`${chart.points[0]!.x * 100},100 ${lineOf(chart)} ${chart.points.at(-1)!.x * 100},100`} />
          <polyline points={lineOf(chart)} />
        </svg>
        {marked.map((point) => (
          <span key={point.index} aria-hidden="true" class={below.has(point.index) ? "mark below" : "mark"} style={{ left: `${point.x * 100}%`, height: `${point.y * 100}%` }}>
            <span class={point.x > 0.8 ? "end" : point.x < 0.2 ? "begin" : undefined}>{dotOf(point.index).mark}</span>
          </span>
        ))}
        {dots.map((point) => {
          const dot = dotOf(point.index);
          return (
            <a key={point.index} class={dot.chosen ? "dot chosen" : dot.mark ? "dot marked" : "dot"} href={dot.href} title={dot.title} aria-label={dot.title} aria-current={dot.chosen ? "true" : undefined}
              style={{ left: `${point.x * 100}%`, bottom: `${point.y * 100}%` }} />
          );
        })}
      </div>
    </div>
  );
}

// The run of a number in the size of a word.
export function Sparkline({ values }: { values: ReadonlyArray<number | undefined> }) {
  const chart = chartOf(values);
  if (!chart || chart.points.length < 2) return null;
  return <svg class="spark" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><polyline points={lineOf(chart)} /></svg>;
}
