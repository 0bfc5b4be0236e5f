import { expect, test } from "vitest";
import { commandsFor, shellQuote, type CommandSource } from "./commands";

const jarvis: CommandSource = { namespace: "custom", name: "jarvis", version: 3, isCurrent: true, mainFile: "jarvis.pt", needsToken: false };
const commands = (more: Partial<CommandSource> = {}) => commandsFor("http://localhost:8000", { ...jarvis, ...more });

test("the current version is fetched without a number, another one with it", () => {
  expect(commands().cli[0]!.text).toBe("weigh download custom/jarvis");
  expect(commands({ isCurrent: false }).cli[0]!.text).toBe("weigh download custom/jarvis@3");
  expect(commands({ isCurrent: false }).curl[0]!.text).toContain("/versions/3/download");
});

test("a token is named where the server asks for one, and its value never appears", () => {
  expect(commands().curl[0]!.text).not.toContain("Authorization");
  expect(commands({ needsToken: true }).curl[0]!.text).toContain('"Authorization: Bearer $WEIGH_TOKEN"');
  expect(commands({ needsToken: true }).python[0]!.text).toContain('os.environ["WEIGH_TOKEN"]');
  expect(commands().python[0]!.text).not.toContain("import os");
});

test("a file with blanks and quotes reaches the shell as one word", () => {
  expect(shellQuote("a b")).toBe("'a b'");
  expect(shellQuote("it's")).toBe(`'it'\\''s'`);
  expect(commands({ mainFile: "dir/my model.pt" }).curl[1]!.text).toContain("-o 'my model.pt'");
  expect(commands({ mainFile: "dir/my model.pt" }).curl[1]!.text).toContain("dir/my%20model.pt");
});

test("a version without files has no command for one", () => {
  expect(commands({ mainFile: undefined }).curl).toHaveLength(1);
});
