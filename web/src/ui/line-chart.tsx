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
  const below = lowered(dots.filter((point) => dotOf(point.index).mark !== undefined));
  return (
    <div class="chart">
      <div class="chart-scale" aria-hidden="true"><span>{text(chart.high)}</span>{chart.high !== chart.low && <span>{text(chart.low)}</span>}</div>
      <div class="chart-plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <polygon class="chart-area" points={`${chart.points[0]!.x * 100},100 ${lineOf(chart)} ${chart.points.at(-1)!.x * 100},100`} />
          <polyline points={lineOf(chart)} />
        </svg>
        {dots.map((point) => {
          const dot = dotOf(point.index);
          return (
            <a key={point.index} class={dot.chosen ? "dot chosen" : dot.mark ? "dot marked" : "dot"} href={dot.href} title={dot.title} aria-label={dot.title} aria-current={dot.chosen ? "true" : undefined}
              style={{ left: `${point.x * 100}%`, bottom: `${point.y * 100}%` }}>{dot.mark && <span class={[point.x > 0.7 && "before", below.has(point.index) && "below"].filter(Boolean).join(" ")}>{dot.mark}</span>}</a>
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
