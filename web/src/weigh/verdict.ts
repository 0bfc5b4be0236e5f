// What a comparison says, in words and figures.
import type { Comparison, PairedDifference } from "../api/types";

export type Verdict = Comparison["verdict"];

export function verdictText(verdict: Verdict, from: string, to: string): string {
  switch (verdict) {
    case "better": return `${to} is better than ${from}`;
    case "worse": return `${to} is worse than ${from}`;
    case "no_evidence": return `Nothing shows that ${from} and ${to} differ`;
  }
}

const points = (share: number, digits = 1): string => `${share > 0 ? "+" : share < 0 ? "−" : "±"}${Math.abs(share * 100).toFixed(digits)}`;

// +5.9 points
export const pointsText = (share: number): string => `${points(share)} points`;

// +4.0 to +7.7
export const spanText = ({ lower = 0, upper = 0 }: PairedDifference): string => `${points(lower)} to ${points(upper)}`;

export function chanceText(p: number): string {
  if (p < 0.0001) return "below 0.0001";
  return p.toFixed(p < 0.01 ? 4 : 3);
}

export interface Scale {
  // Shares of the width.
  left: number;
  width: number;
  mark: number;
  zero: number;
}

const kLeastHalf = 0.02;

// A difference and its interval on a scale with nothing in the middle, wide enough for both.
export function scaleOf({ difference = 0, lower = 0, upper = 0 }: PairedDifference): Scale {
  const half = Math.max(kLeastHalf, Math.abs(lower), Math.abs(upper)) * 1.15;
  const place = (value: number) => (value + half) / (2 * half);
  return { left: place(lower), width: place(upper) - place(lower), mark: place(difference), zero: 0.5 };
}
