import { expect, test } from "vitest";
import { reviewExamples, reviewOverlap, wordsOf, type Warning } from "./review";

const of = (text: string, label: string) => ({ text, label });
const many = (label: string, count: number) => Array.from({ length: count }, (_, index) => of(`${label} number ${index}`, label));
const codes = (warnings: readonly Warning[]) => warnings.map(({ code }) => code);
const find = (warnings: readonly Warning[], code: Warning["code"]) => warnings.find((one) => one.code === code)!;

test("labels are counted, the most frequent first", () => {
  expect(reviewExamples([...many("a", 8), ...many("b", 9)])).toEqual({ labels: [{ label: "b", examples: 9 }, { label: "a", examples: 8 }], warnings: [] });
});

test("labels with few examples are named, and one alone", () => {
  const { warnings } = reviewExamples([...many("a", 8), ...many("b", 3), ...many("c", 1)]);
  expect(codes(warnings)).toEqual(["single-example", "few-examples"]);
  expect(find(warnings, "single-example").message).toContain("“c”");
  expect(codes(reviewExamples(many("a", 9)).warnings)).toEqual(["few-labels"]);
  expect(codes(reviewExamples([...many("a", 200), ...many("b", 8)]).warnings)).toEqual(["imbalance"]);
});

test("labels that differ only in spelling are told together", () => {
  const { warnings } = reviewExamples([...many("Bug", 8), ...many("bug", 8), ...many("bug-report", 8), ...many("bug_report", 8)]);
  expect(warnings.filter(({ code }) => code === "similar-labels").map(({ message }) => message.match(/“[^”]+”/g))).toEqual([["“Bug”", "“bug”"], ["“bug-report”", "“bug_report”"]]);
});

test("the same words with the same label repeat, with another one they contradict", () => {
  const { warnings } = reviewExamples([...many("a", 8), ...many("b", 8), of("A  Number 3", "a"), of("a  number 4", "b")]);
  expect(codes(warnings)).toEqual(["contradiction", "duplicate"]);
  expect(find(warnings, "duplicate").texts).toEqual(["A  Number 3"]);
  expect(find(warnings, "contradiction").texts).toEqual(["a  number 4 → a, b"]);
});

test("words are compared without case and signs, in any script", () => {
  expect(wordsOf("Where's MY card?")).toBe("where s my card ?");
  expect(wordsOf("ＡＢＣ")).toBe("abc");
  expect(wordsOf("A1 + $5 (net) 100%!")).toBe("a1 $ 5 net 100 % !");
  expect(wordsOf("x我的卡")).toBe("x 我 的 卡");
  expect(wordsOf("...")).toBe("...");
});

test("test texts that were trained on leak, and labels that were not taught cannot be right", () => {
  const training = [...many("a", 2), ...many("b", 2)];
  const warnings = reviewOverlap(training, [of("A number 1", "a"), of("something new", "c")]);
  expect(codes(warnings)).toEqual(["overlap", "unknown-labels"]);
  expect(warnings[0]!.message).toContain("1 of 2");
  expect(reviewOverlap(training, [of("fresh", "a")])).toEqual([]);
});
