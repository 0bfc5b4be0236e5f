import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { publish, publishWakeWord } from "../fixtures.mjs";

const cards = (page) => page.getByRole("article");
const read = async (server, path) => (await fetch(server.address + path)).json();

async function threeModels(server) {
  await publishWakeWord(server, "jarvis", { metadata: { accuracy: 0.91 } });
  await publishWakeWord(server, "computer", { metadata: { accuracy: 0.99 } });
  await publish(server, { name: "reviews", kind: "text-classifier", files: { "w.bin": Buffer.from("w") }, aliases: ["production"] });
}

export const stories = [
  {
    name: "several models are chosen, tagged, pinned and deleted at once, and one undo brings them back",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=cards`);
      await until("three cards", async () => (await cards(page).count()) === 3);
      for (const name of ["jarvis", "computer"]) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
      const bar = page.getByRole("region", { name: "Chosen models" });
      await bar.getByText("2 models").waitFor();
      await checkAccessibility(page);

      await bar.getByRole("button", { name: "Tag" }).click();
      await page.getByRole("textbox", { name: /^Tag/ }).fill("team = audio");
      await page.getByRole("button", { name: "Set the tag" }).click();
      await page.getByText("2 models tagged team = audio.").waitFor();
      for (const name of ["jarvis", "computer"]) assert.deepEqual((await read(server, `/api/models/${name}`)).tags, { team: "audio" });

      await bar.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Move to trash" }).click();
      await until("one card is left", async () => (await cards(page).count()) === 1);
      await page.getByRole("button", { name: "Undo" }).click();
      await until("three cards again", async () => (await cards(page).count()) === 3);
      assert.deepEqual((await read(server, "/api/trash")).items, []);
    },
  },
  {
    name: "what cannot be done with one of several is said, and the others are done",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=table`);
      await page.getByRole("checkbox", { name: "Choose jarvis" }).check();
      await page.getByRole("button", { name: "Pin", exact: true }).click();
      await page.getByText("1 model pinned.").waitFor();
      await page.getByRole("checkbox", { name: "Choose computer" }).check();
      await page.getByRole("region", { name: "Chosen models" }).getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Move to trash" }).click();
      await page.getByText(/1 model moved to the trash\. 1 model not: .*pinned/i).waitFor();
      assert.equal((await fetch(`${server.address}/api/models/jarvis`)).status, 200);
      assert.equal((await fetch(`${server.address}/api/models/computer`)).status, 404);
    },
  },
  {
    name: "the filter completes itself from what is there, by keys alone",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=table`);
      await page.getByRole("link", { name: "jarvis", exact: true }).waitFor();
      await page.keyboard.press("f");
      const filter = page.getByRole("combobox", { name: "Filter" });
      await until("one can write", () => page.evaluate(() => document.activeElement.id === "filter"));
      await page.keyboard.type("ali");
      await page.getByRole("option", { name: "alias" }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.keyboard.type("= pro");
      await page.getByRole("option", { name: "'production'" }).waitFor();
      await checkAccessibility(page);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Tab");
      assert.equal(await filter.inputValue(), "alias = 'production' ");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Enter");
      await until("one model is left", async () => JSON.stringify(await page.locator("[data-main]").allTextContents()) === '["reviews"]');
      assert.equal(new URL(page.url()).searchParams.get("filter"), "alias = 'production'");
    },
  },
  {
    name: "a view that was kept comes back with its filter, order and columns",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=table&sort=name&columns=kind&filter=${encodeURIComponent("kind = 'wake-word'")}`);
      await page.getByText("Views", { exact: true }).click();
      await page.getByRole("textbox", { name: "Name of this view" }).fill("Wake words");
      await page.getByRole("button", { name: "Keep", exact: true }).click();
      await checkAccessibility(page);
      await page.goto(server.address);
      await page.getByText("Views", { exact: true }).click();
      await page.getByRole("link", { name: "Wake words", exact: true }).click();
      await until("the view is shown", async () => JSON.stringify(await page.locator("[data-main]").allTextContents()) === '["computer","jarvis"]');
      assert.equal(await page.getByRole("columnheader", { name: "Accuracy" }).count(), 0);
      await page.getByRole("button", { name: "Forget the view Wake words" }).click();
      await page.reload();
      await page.getByText("Views", { exact: true }).click();
      await page.getByText("Keep filters, order and columns").waitFor();
    },
  },
  {
    name: "keys lead through the list and between pages",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=table&sort=name`);
      await page.getByRole("link", { name: "jarvis", exact: true }).waitFor();
      const focused = () => page.evaluate(() => document.activeElement.textContent);
      await page.keyboard.press("j");
      assert.equal(await focused(), "computer");
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await page.getByRole("region", { name: "Chosen models" }).getByText("1 model").waitFor();
      assert.ok(await page.getByRole("checkbox", { name: "Choose jarvis" }).isChecked());
      await page.keyboard.press("k");
      assert.equal(await focused(), "computer");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await checkAccessibility(page);
      await page.keyboard.press("Escape");
      await page.keyboard.press("g");
      await page.keyboard.press("t");
      await page.getByRole("heading", { level: 1, name: "Trash" }).waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("m");
      await page.getByRole("heading", { level: 1, name: /^Models/ }).waitFor();
    },
  },
];
