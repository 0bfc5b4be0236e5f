import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { evaluated, fitted } from "../learning.mjs";
import { asCsv, examples } from "../texts.mjs";

const kTest = asCsv([...examples(6, 30), { text: "rain on me and sing", label: "music" }, { text: "book the weather lady", label: "booking" }]);
const choose = (page, name, text) => page.locator("[data-picker=test]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

export const stories = [
  {
    name: "a version is weighed on a test file, and shows where it fails",
    run: async ({ server, page }) => {
      await fitted(server, "intents", examples(3));
      await page.goto(`${server.address}/models/custom/intents`);
      await page.getByRole("navigation", { name: "Parts of the model" }).getByRole("link", { name: "Evaluate" }).click();
      await page.getByRole("heading", { name: "Evaluate v1" }).waitFor();
      await checkAccessibility(page);
      await choose(page, "intents-test.csv", kTest);
      await page.getByText("20 items of 3 labels").waitFor();
      await page.getByRole("button", { name: "Evaluate on intents-test.csv" }).click();
      await page.getByRole("heading", { name: "v1 on intents-test.csv" }).waitFor();
      const accuracy = page.locator(".share-figure").filter({ hasText: "Accuracy" });
      assert.match(await accuracy.textContent(), /^Accuracy\d+\.\d.%\d+\.\d to \d+\.\d.%$/);
      await page.getByRole("table", { name: /^Confusion matrix/ }).waitFor();
      await page.getByRole("list", { name: "Right answers by score" }).waitFor();
      assert.equal(await page.locator(".class-bars tbody tr").count(), 3);
      await checkAccessibility(page);
      assert.match(page.url(), /evaluation=/);
      await page.getByRole("link", { name: /^\d+ times?: show/ }).first().click();
      await page.getByText(/taken for .*: \d+ items?/).waitFor();
      await checkAccessibility(page);
      await page.getByRole("link", { name: "All mistakes" }).click();
      await page.getByRole("button", { name: "Show them" }).click();
      await page.getByRole("cell", { name: "rain on me and sing" }).or(page.getByRole("cell", { name: "book the weather lady" })).first().waitFor();
    },
  },
  {
    name: "what a version remembers from its training is no figure of its own, and the page says so",
    run: async ({ server, page }) => {
      await fitted(server, "intents", examples(6));
      await page.goto(`${server.address}/models/custom/intents?tab=evaluate`);
      await choose(page, "same.csv", asCsv(examples(6)));
      await page.getByRole("button", { name: "Evaluate on same.csv" }).click();
      await page.getByText("what is measured on them is memory", { exact: false }).waitFor();
      await page.getByText("Every item was right.", { exact: false }).waitFor();
      await choose(page, "same.csv", asCsv(examples(6)));
      await page.getByRole("button", { name: "Evaluate on same.csv" }).click();
      await page.getByText("v1 was weighed on these very examples before.", { exact: false }).waitFor();
      assert.equal((await (await fetch(`${server.address}/api/evaluations?model=custom/intents`)).json()).evaluations.length, 1);
      await page.getByRole("button", { name: "Weigh again" }).click();
      await until("it was weighed twice", async () => (await page.getByRole("button", { name: /^Forget the evaluation/ }).count()) === 2);
      await page.goto(`${server.address}/jobs`);
      await page.getByRole("link", { name: "custom/intents@1" }).first().click();
      await page.getByRole("heading", { name: "v1 on same.csv" }).waitFor();
    },
  },
  {
    name: "versions are weighed on the same data with one click, and drawn over one another",
    run: async ({ server, page }) => {
      await evaluated(server, "intents", examples(2), kTest, "intents-test.csv");
      await fitted(server, "intents", examples(9));
      await page.goto(`${server.address}/models/custom/intents?tab=evaluate`);
      await page.getByRole("button", { name: "on intents-test.csv", exact: true }).click();
      await page.getByRole("heading", { name: "v2 on intents-test.csv" }).waitFor();
      await page.getByRole("heading", { name: "Over the versions, on intents-test.csv" }).waitFor();
      const chart = page.getByRole("figure").filter({ hasText: "Accuracy" });
      assert.equal(await chart.getByRole("link").count(), 2);
      await checkAccessibility(page);
      await chart.getByRole("link", { name: /^Version 1: Accuracy/ }).click();
      await page.getByRole("heading", { name: "v1 on intents-test.csv" }).waitFor();
      await page.getByRole("button", { name: "Forget the evaluation of v2 on intents-test.csv" }).click();
      await until("one evaluation is left", async () => (await page.getByRole("button", { name: /^Forget the evaluation/ }).count()) === 1);
    },
  },
  {
    name: "a hundred and fifty labels show the cells that are confused most, on a narrow screen too",
    page: { colorScheme: "dark", viewport: { width: 360, height: 740 } },
    run: async ({ server, page }) => {
      const topics = Array.from({ length: 150 }, (_, index) => ({ label: `intent_number_${index}`, word: `word${index} thing${Math.floor(index / 2)}` }));
      const rows = (count, more) => topics.flatMap(({ label, word }) => Array.from({ length: count }, (_, index) => ({ label, text: `${index % 2 ? word : word.split(" ")[1]} ${more} ${index}` })));
      await evaluated(server, "many", rows(2, "for training"), asCsv(rows(2, "to test")), "many-test.csv");
      await page.goto(`${server.address}/models/custom/many?tab=evaluate`);
      await page.getByText("the 13 labels of 150 that are confused most").waitFor();
      assert.equal(await page.locator(".matrix tbody tr").count(), 13);
      await page.getByRole("columnheader", { name: "others" }).waitFor();
      await checkAccessibility(page);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(beyond <= 0, `the page is ${beyond} pixels too wide`);
      await page.getByRole("button", { name: "Show the other 135" }).click();
      assert.equal(await page.locator(".class-bars tbody tr").count(), 150);
    },
  },
  {
    name: "test data that came along with the training are weighed at once",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/train?model=custom/fresh`);
      await page.locator("[data-picker=train]").setInputFiles({ name: "fresh.csv", mimeType: "text/csv", buffer: Buffer.from(asCsv(examples(8))) });
      await choose(page, "fresh-test.csv", kTest);
      await page.getByText("20 examples of 3 labels").waitFor();
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("heading", { name: "v1 on fresh-test.csv" }).waitFor();
    },
  },
];
