import { describe, expect, it } from "vitest";
import { collapsed, formOf, kWakeChoices, modelNameOf, wordAdvice, wordProblem } from "./wake-word";

describe("wordProblem", () => {
  it("lets one or two words of letters pass", () => {
    for (const word of ["jarvis", "Hey Jarvis", "  hey   jarvis "]) expect(wordProblem(word), word).toBeUndefined();
  });
  it("says what the server would say", () => {
    expect(wordProblem("a")).toBe("Wake word must be at least 2 characters");
    expect(wordProblem("a".repeat(31))).toBe("Wake word must be at most 30 characters");
    expect(wordProblem("R2D2")).toBe("Wake word must contain only letters and spaces");
    expect(wordProblem("hey my jarvis")).toBe("Wake word must be 1 or 2 words");
  });
});

it("advises against a word that is easily mistaken", () => {
  expect(wordAdvice("hi")).toContain("short");
  expect(wordAdvice("computer")).toBeUndefined();
  expect(wordAdvice("")).toBeUndefined();
});

it("names the model as the server does", () => {
  expect(collapsed("  Hey   Jarvis ")).toBe("Hey Jarvis");
  expect(modelNameOf("Hey  Jarvis")).toBe("hey_jarvis");
});

it("puts the recordings and what was chosen into the form", () => {
  const form = formOf(" jarvis ", [{ name: "1.wav", file: new Blob(["x"]) }, { name: "2.wav", file: new Blob(["y"]) }], { ...kWakeChoices, epochs: "30", similar: false });
  expect(form.get("wake_word")).toBe("jarvis");
  expect(form.getAll("recordings")).toHaveLength(2);
  expect(form.get("num_epochs")).toBe("30");
  expect(form.has("target_positive_samples")).toBe(false);
  expect(form.get("use_hard_negatives")).toBe("false");
});
