import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { publishWakeWord } from "../fixtures.mjs";

const card = (page) => page.getByRole("article").filter({ hasText: "custom/jarvis" });

async function deleteFromCard(page) {
  await card(page).getByRole("button", { name: "Delete jarvis" }).click();
  await page.getByRole("dialog").getByText("moves to the trash", { exact: false }).waitFor();
}

export const stories = [
  {
    name: "a model is deleted after a question and comes back by undo",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(server.address);
      await deleteFromCard(page);
      await checkAccessibility(page);
      await page.keyboard.press("Escape");
      await until("the dialog is gone", async () => (await page.getByRole("dialog").count()) === 0);
      assert.equal(await card(page).count(), 1);
      await deleteFromCard(page);
      await page.getByRole("button", { name: "Move to trash" }).click();
      await until("the card is gone", async () => (await card(page).count()) === 0);
      assert.equal((await fetch(`${server.address}/api/models/jarvis`)).status, 404);
      await page.getByRole("button", { name: "Undo" }).click();
      await card(page).waitFor();
      assert.equal((await fetch(`${server.address}/api/models/jarvis`)).status, 200);
    },
  },
  {
    name: "the trash says what a purge frees, restores and purges",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await publishWakeWord(server, "computer");
      for (const name of ["jarvis", "computer"]) await fetch(`${server.address}/api/models/${name}`, { method: "DELETE" });
      await page.goto(`${server.address}/trash`);
      const row = (name) => page.getByRole("row").filter({ hasText: `custom/${name}` });
      await row("jarvis").getByText(/^\d+ B$/).first().waitFor();
      await checkAccessibility(page);
      await row("jarvis").getByRole("button", { name: "Restore" }).click();
      await page.getByText("custom/jarvis is back.").waitFor();
      await row("computer").getByRole("button", { name: "Purge" }).click();
      await page.getByRole("button", { name: "Purge for good" }).click();
      await page.getByText("The trash is empty.").waitFor();
      assert.equal((await fetch(`${server.address}/api/models/jarvis`)).status, 200);
    },
  },
];
