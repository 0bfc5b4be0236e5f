// Where in a text the words stand that decided.

export interface Deciding {
  text: string;
  weight: number;
}

export interface Piece {
  text: string;
  // Absent for what lies between the words.
  weight?: number;
}

// Words of these scripts stand without spaces between them.
const kUnspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const kWordSign = /[\p{L}\p{N}\p{M}]/u;

const continues = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && kWordSign.test(left) && kWordSign.test(right) && !kUnspaced.test(left) && !kUnspaced.test(right);

// A word that stands twice is told twice, without its place: each place gets its mean.
function weightsOf(words: readonly Deciding[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { text, weight } of words) {
    const one = sums.get(text) ?? { sum: 0, count: 0 };
    sums.set(text, { sum: one.sum + weight, count: one.count + 1 });
  }
  return new Map([...sums].map(([text, { sum, count }]) => [text, sum / count]));
}

export function markWords(text: string, words: readonly Deciding[]): Piece[] {
  const weights = weightsOf(words);
  // By first letter, the longest first: “new” must not be found in “newer”.
  const byStart = new Map<string, string[]>();
  for (const word of weights.keys()) byStart.set(word[0]!, [...(byStart.get(word[0]!) ?? []), word].sort((a, b) => b.length - a.length));
  const pieces: Piece[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = (byStart.get(text[at]!) ?? []).find((word) => text.startsWith(word, at) && !continues(text[at - 1], text[at]) && !continues(text[at + word.length - 1], text[at + word.length]));
    if (found === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain !== "") pieces.push({ text: plain });
    plain = "";
    pieces.push({ text: found, weight: weights.get(found)! });
    at += found.length;
  }
  if (plain !== "") pieces.push({ text: plain });
  return pieces;
}

// 0 to 3: how strongly a word is marked, beside the strongest.
export function strengthOf(weight: number, strongest: number): number {
  if (strongest <= 0) return 0;
  const share = Math.abs(weight) / strongest;
  return share >= 0.5 ? 3 : share >= 0.2 ? 2 : share >= 0.07 ? 1 : 0;
}
