import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkAccessibility } from "../harness.mjs";
import { publishWakeWord } from "../fixtures.mjs";

export const stories = [
  {
    name: "the settings tell how the server is, check what is kept and back it up",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(`${server.address}/settings`);
      await page.getByText("healthy", { exact: true }).waitFor();
      await page.getByText(server.home, { exact: true }).waitFor();
      await page.getByText("requests of this machine are trusted").waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Check every byte" }).click();
      await page.getByText("all as they were taken in", { exact: false }).waitFor();

      const directory = join(server.home, "backup");
      await page.getByLabel("Directory on the server's machine").fill(directory);
      await page.getByRole("button", { name: "Back up" }).click();
      await checkAccessibility(page);
      await page.getByRole("dialog").getByRole("button", { name: "Back up" }).click();
      await page.locator("section").filter({ has: page.getByRole("heading", { name: "Backup" }) }).getByText("completed", { exact: false }).waitFor();
      assert.ok((await readdir(directory)).length > 0);
    },
  },
  {
    name: "the view and the colours that one chose in the settings hold on the list",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(`${server.address}/settings`);
      await page.getByRole("button", { name: "Table", exact: true }).click();
      await page.getByRole("button", { name: "Dark", exact: true }).click();
      await page.goto(server.address);
      await page.getByRole("columnheader", { name: "Name" }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    },
  },
];
