import { expect, test } from "vitest";
import { detectSeparator, parseDelimited } from "./delimited";

const fieldsOf = (text: string, separator = ",") => parseDelimited(text, separator).rows.map((row) => row.fields);

test("fields in quotation marks hold separators, line ends and quotation marks", () => {
  const table = parseDelimited('a,"b, ""c""\nd"\r\ne,f\n', ",");
  expect(table.rows).toEqual([{ line: 1, fields: ["a", 'b, "c"\nd'] }, { line: 3, fields: ["e", "f"] }]);
  expect(table).toMatchObject({ quoted: true, lenient: false, faults: [] });
});

test("empty lines are passed over, empty fields are kept", () => {
  expect(fieldsOf("\n\na,\n ,\n\r\n,b")).toEqual([["a", ""], [" ", ""], ["", "b"]]);
});

test("a quotation mark that is never closed is named by the line that opened it", () => {
  expect(parseDelimited('a,b\nc,"d\ne,f', ",")).toMatchObject({ rows: [{ line: 1 }], faults: [{ line: 2 }] });
});

test("a quotation mark in the middle is taken as it is, and told", () => {
  const table = parseDelimited('6" screen,size', ",");
  expect(table.rows[0]!.fields).toEqual(['6" screen', "size"]);
  expect(table.lenient).toBe(true);
});

test("the separator is the one that divides most lines alike", () => {
  expect(detectSeparator("a, b and c\tx\nd\ty")).toBe("\t");
  expect(detectSeparator("text;label\nhello, you;greeting\nbye;parting")).toBe(";");
  expect(detectSeparator('"one, two",a\nthree,b')).toBe(",");
  expect(detectSeparator("no separator\nat all")).toBeUndefined();
});

