import { join } from "node:path";
import { checkAccessibility, until } from "../harness.mjs";
import { metadata, torchArchive, writeModelFolder } from "../fixtures.mjs";

// Seed 000: “refresh the dashboard”. The server waits until a folder has stood still, so one refreshes again.
const refreshUntil = (page, what, locator) =>
  until(what, async () => {
    await page.reload();
    return locator.first().waitFor({ timeout: 1_500 }).then(() => true, () => false);
  });

export const stories = [
  {
    name: "an empty home leads to its first model",
    run: async ({ server, page }) => {
      await page.goto(server.address);
      await page.getByRole("heading", { name: "Nothing on the scale yet" }).waitFor();
      await page.getByText("models/custom/jarvis/").waitFor();
      await page.getByText("weigh import jarvis.pt").waitFor();
      await checkAccessibility(page);
      await page.goto(`${server.address}/?type=default`);
      await page.getByText("The models that ship with this program were taken away").waitFor();
      await checkAccessibility(page);
    },
  },
  {
    name: "a folder copied into models/custom is a card after a refresh",
    run: async ({ server, page }) => {
      await page.goto(server.address);
      await writeModelFolder(join(server.library, "custom", "jarvis"), { "model.pt": torchArchive(), "metadata.json": JSON.stringify(metadata("jarvis")) });
      const card = page.getByRole("article").filter({ hasText: "custom/jarvis" });
      await refreshUntil(page, "the folder is a card", card);
      for (const text of ["jarvis", "Custom", "97.1", "0.943", "6 Jan 2026", "Download", "Delete"]) await card.getByText(text, { exact: false }).first().waitFor();
      await checkAccessibility(page);
    },
  },
  {
    name: "a folder that cannot be taken in is named with the reason and the way to help",
    run: async ({ server, page }) => {
      await writeModelFolder(join(server.library, "custom", "broken"), { "broken.pt": torchArchive() });
      await page.goto(server.address);
      const banner = page.getByText("could not be taken in", { exact: false });
      await refreshUntil(page, "the folder is reported", banner);
      await page.getByText("custom/broken", { exact: false }).first().waitFor();
      await checkAccessibility(page);
      await page.getByRole("link", { name: "What a folder must hold" }).first().click();
      await page.getByRole("heading", { name: "Model not appearing in the dashboard" }).waitFor();
      await page.getByText("Your library now").waitFor();
      await page.getByText("custom/broken", { exact: false }).first().waitFor();
      await checkAccessibility(page);
    },
  },
];
