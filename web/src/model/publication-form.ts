// What people type into the form of a publication, as the server wants it.

export const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

// Out of reach stays what was typed: the server says why it refuses it.
export const percentageOf = (text: string): number => Math.round(Number(text.trim() === "" ? 100 : text));
