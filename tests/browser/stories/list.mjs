import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { callJson, publish, publishWakeWord, safetensors } from "../fixtures.mjs";

const cards = (page) => page.getByRole("article");
const titles = (page) => page.locator("[data-main]").allTextContents();
const untilTitles = (page, wanted) => until(`the list is ${wanted}`, async () => JSON.stringify(await titles(page)) === JSON.stringify(wanted));

async function threeModels(server) {
  await publishWakeWord(server, "jarvis", { metadata: { accuracy: 0.91 } });
  await publishWakeWord(server, "computer", { metadata: { accuracy: 0.99 } });
  await publish(server, { namespace: "default", name: "reviews", kind: "text-classifier", files: { "reviews.safetensors": safetensors({ w: { shape: [2], value: 1 } }) } });
}

export const stories = [
  {
    name: "the list narrows while one types, by type and by filter, and the address keeps it",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(server.address);
      await until("three cards", async () => (await cards(page).count()) === 3);
      await checkAccessibility(page);

      await page.keyboard.press("/");
      await page.keyboard.type("jarv");
      await untilTitles(page, ["jarvis"]);
      assert.equal(new URL(page.url()).searchParams.get("search"), "jarv");
      await page.reload();
      await untilTitles(page, ["jarvis"]);
      await page.getByRole("searchbox", { name: "Search models" }).fill("zzz");
      await page.getByText("No model fits").waitFor();
      await page.getByRole("button", { name: "Show all" }).click();
      await until("three cards", async () => (await cards(page).count()) === 3);

      await page.getByRole("button", { name: "Default", exact: true }).click();
      await until("one default model", async () => (await cards(page).count()) === 1);
      await cards(page).getByText("Default", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Custom", exact: true }).click();
      await until("two custom models", async () => (await cards(page).count()) === 2);
      await page.goBack();
      await until("back to the default one", async () => (await cards(page).count()) === 1);
    },
  },
  {
    name: "a filter that cannot be read is answered with its column",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(server.address);
      await page.getByRole("button", { name: "Filter" }).click();
      await page.getByLabel("Filter", { exact: true }).fill("metric.accuracy >= 0.95");
      await page.getByRole("button", { name: "Apply" }).click();
      await untilTitles(page, ["computer"]);
      await page.getByLabel("Filter", { exact: true }).fill("kind = ");
      await page.getByRole("button", { name: "Apply" }).click();
      await page.locator("#filter-error").getByText(/column \d+/).waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Clear" }).click();
      await until("three cards", async () => (await cards(page).count()) === 3);
      await cards(page).getByRole("link", { name: "Text classifier" }).click();
      await untilTitles(page, ["reviews"]);
      assert.equal(await page.getByLabel("Filter", { exact: true }).inputValue(), "kind = 'text-classifier'");
      await page.getByRole("link", { name: "Of the last 30 days" }).click();
      await until("two conditions", async () => /^kind = 'text-classifier' AND created_at >= \d{4}-\d\d-\d\d$/.test(await page.getByLabel("Filter", { exact: true }).inputValue()));
      await untilTitles(page, ["reviews"]);
    },
  },
  {
    name: "the table sorts by a column and shows the columns that one chooses",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=table&type=custom`);
      await page.getByRole("columnheader", { name: "Accuracy" }).getByRole("button").click();
      await untilTitles(page, ["computer", "jarvis"]);
      await page.getByRole("columnheader", { name: "Accuracy" }).getByRole("button").click();
      await untilTitles(page, ["jarvis", "computer"]);
      await page.getByText("Columns", { exact: true }).click();
      await page.getByRole("checkbox", { name: "recall" }).check();
      await page.getByRole("columnheader", { name: "recall" }).waitFor();
      await checkAccessibility(page);
      await page.reload();
      await page.getByRole("columnheader", { name: "recall" }).waitFor();
      await untilTitles(page, ["jarvis", "computer"]);
    },
  },
  {
    name: "many models scroll with few elements, and arrows go through them",
    run: async ({ server, page }) => {
      const name = (index) => `word-${String(index).padStart(3, "0")}`;
      for (let index = 0; index < 260; index++) await publish(server, { name: name(index), files: { "w.bin": Buffer.from(name(index)) }, kind: "other" });
      await page.goto(`${server.address}/?view=table&sort=name`);
      await page.getByRole("link", { name: name(0), exact: true }).focus();
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), name(1));
      await until("the end is reached", async () => {
        await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
        return page.getByRole("link", { name: name(259), exact: true }).isVisible();
      });
      const drawn = await page.locator(".virtual-item").count();
      assert.ok(drawn < 60, `${drawn} rows are drawn at once`);

      await page.getByRole("link", { name: name(255), exact: true }).click();
      await page.getByRole("heading", { level: 1, name: name(255) }).waitFor();
      await page.goBack();
      await page.getByRole("link", { name: name(255), exact: true }).waitFor();
    },
  },
  {
    name: "a slow answer to an older question does not take the place of the newer one",
    run: async ({ server, page }) => {
      await threeModels(server);
      await page.goto(`${server.address}/?view=table&sort=name`);
      await untilTitles(page, ["computer", "jarvis", "reviews"]);
      await page.route(/search=jar(&|$)/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await route.continue().catch(() => undefined);
      });
      const search = page.getByRole("searchbox", { name: "Search models" });
      const asked = page.waitForRequest(/search=jar(&|$)/);
      await search.fill("jar");
      await asked;
      assert.deepEqual(await titles(page), ["computer", "jarvis", "reviews"], "the older list stays in sight while one waits");
      await search.fill("comp");
      await untilTitles(page, ["computer"]);
      await new Promise((resolve) => setTimeout(resolve, 1_800));
      assert.deepEqual(await titles(page), ["computer"]);
    },
  },
  {
    name: "all that a filter finds is tagged and deleted in one step, which is undone in one step",
    run: async ({ server, page }) => {
      for (let index = 0; index < 220; index++) await callJson(server, "POST", "/api/models", { name: `trial-${String(index).padStart(3, "0")}`, kind: index < 210 ? "detector" : "other" });
      const count = async (filter) => (await (await fetch(`${server.address}/api/models?filter=${encodeURIComponent(filter)}&length=1000`)).json()).models.length;
      await page.goto(`${server.address}/?view=table&filter=${encodeURIComponent("kind = 'detector'")}`);
      await page.getByRole("checkbox", { name: "Choose all that are loaded" }).check();
      await page.getByRole("button", { name: /^Choose all .*that are found/ }).click();
      const bar = page.getByRole("region", { name: "All models found" });
      await bar.getByRole("button", { name: "Tag" }).click();
      await page.getByRole("dialog").getByText("210 models", { exact: true }).waitFor();
      await page.getByRole("textbox", { name: "Tag" }).fill("season = autumn");
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Set the tag" }).click();
      await page.getByText("210 models tagged.").waitFor();
      assert.equal(await count("tag.season = 'autumn'"), 210);

      await page.getByRole("checkbox", { name: "Choose all that are loaded" }).check();
      await page.getByRole("button", { name: /^Choose all .*that are found/ }).click();
      await bar.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("dialog").getByText("210 models", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Move to trash" }).click();
      await page.getByText("210 models moved to the trash.").waitFor();
      assert.equal(await count("kind = 'other'"), 10);
      await page.getByText("No model fits.", { exact: false }).waitFor();
      await page.getByRole("button", { name: "Undo" }).last().click();
      await page.getByText("210 models as before.").waitFor();
      assert.equal(await count("kind = 'detector'"), 210);
    },
  },
];
