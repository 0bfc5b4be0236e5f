import { expect, test } from "vitest";
import { decodeText, readData, toJsonLines } from "./read-data";

const pasted = (text: string) => readData({ name: "", text });
const file = (name: string, text: string) => readData({ name, text });

test("two pasted columns need no names: the texts are the long ones", () => {
  const data = pasted("play some jazz\tmusic\nwill it rain\tweather\nplay it again\tmusic");
  expect(data.examples[0]).toEqual({ text: "play some jazz", label: "music" });
  expect(data.choice).toEqual({ header: false, text: 0, label: 1 });
  expect(pasted("music,play some jazz\nweather,will it rain\nmusic,play it again").choice).toEqual({ header: false, text: 1, label: 0 });
});

test("columns are found by their names, whatever stands beside them", () => {
  const data = pasted("id;Intent;Utterance\n1;music;play some jazz\n2;weather;will it rain");
  expect(data.columns).toEqual(["id", "Intent", "Utterance"]);
  expect(data.examples.map((one) => one.label)).toEqual(["music", "weather"]);
});

test("other columns can be chosen", () => {
  const given = { name: "x.csv", text: "text,label,better\na b,one,two\nc d,one,three" };
  expect(readData(given, { header: true, text: 0, label: 2 }).examples.map((one) => one.label)).toEqual(["two", "three"]);
  expect(readData(given, { header: false, text: 0, label: 1 }).examples.length).toBe(3);
});

test("a file that the server reads is sent as it is", () => {
  expect(file("x.csv", "text,label\nhello,a\nbye,b").asIs).toBe("csv");
  expect(file("x.tsv", "text\tlabel\nhello\ta\nbye\tb").asIs).toBe("tsv");
  expect(file("x.jsonl", '{"text":"hello","label":"a"}\n{"text":"bye","label":"b"}').asIs).toBe("jsonl");
});

test("anything else is written anew", () => {
  expect(pasted("text,label\nhello,a\nbye,b").asIs).toBeUndefined();
  expect(file("x.csv", "text;label\nhello;a\nbye;b").asIs).toBeUndefined();
  expect(file("x.csv", "utterance,intent\nhello,a\nbye,b").asIs).toBeUndefined();
  expect(file("x.csv", 'text,label\n6" screen,a\nbye,b').asIs).toBeUndefined();
  expect(file("x.csv", "text,label\nhello,a\nbye,").asIs).toBeUndefined();
  expect(file("x.jsonl", '{"text":12,"label":"a"}\n{"text":"bye","label":"b"}').asIs).toBeUndefined();
  expect(file("x.jsonl", '{"text":"hello","label":1.5}\n{"text":"bye","label":2}').asIs).toBeUndefined();
  expect(file("x.json", '[{"text":"hello","label":"a"},{"text":"bye","label":"b"}]').asIs).toBeUndefined();
});

test("lines that cannot be used are named, and the others are kept", () => {
  const data = pasted("text,label\nhello,a\n ,b\nbye,\na, b,c\nlast,b");
  expect(data.examples.length).toBe(2);
  expect(data.faults.map(({ line }) => line)).toEqual([3, 4, 5]);
  expect(data.faults[2]!.what).toContain("quotation marks");
  expect(readData({ name: "", text: '{"text":"a b","label":"x"}\n{"text":\n{"text":"c d","label":"y"}' }).faults).toEqual([{ line: 2, what: "this is not JSON" }]);
});

test("JSON may be lines, a list, or an object that holds one; labels may be numbers", () => {
  expect(pasted('{"text":"a b","label":1}\n{"text":"c d","label":2}').examples[1]).toEqual({ text: "c d", label: "2" });
  expect(pasted('[{"query":"a b","intent":"x"},{"query":"c d","intent":"y"}]').examples[1]).toEqual({ text: "c d", label: "y" });
  expect(pasted('{"data":[{"text":"a b","label":"x"},{"text":"c d","label":"y"}]}').examples.length).toBe(2);
});

test("one column is refused with the way out", () => {
  expect(() => pasted("just\nsome\nlines")).toThrow("a tab or a comma between them");
  expect(() => pasted("  ")).toThrow("nothing");
});

test("what is written anew reads as the same", () => {
  const { examples } = pasted('text,label\n"say ""hi"",\nplease",a\nbye,b');
  expect(file("x.jsonl", toJsonLines(examples)).examples).toEqual(examples);
});

test("UTF-16 of spreadsheets is read, and other encodings are named", () => {
  const utf16 = new Uint8Array([0xff, 0xfe, 0xe4, 0x00]);
  expect(decodeText(utf16.buffer)).toEqual({ text: "ä", isUtf8: false });
  expect(decodeText(new TextEncoder().encode("ä").buffer as ArrayBuffer)).toEqual({ text: "ä", isUtf8: true });
  expect(() => decodeText(new Uint8Array([0x61, 0xe4, 0x62]).buffer)).toThrow("UTF-8");
});
