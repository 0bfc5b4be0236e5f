import assert from "node:assert/strict";
import { checkAccessibility } from "../harness.mjs";
import { evaluated, fitted } from "../learning.mjs";
import { asCsv, examples } from "../texts.mjs";

const kTest = asCsv(examples(12, 30));

export const stories = [
  {
    name: "two versions are compared by their answers: the verdict, what is behind it, and one text to both",
    run: async ({ server, page }) => {
      await evaluated(server, "intents", examples(1), kTest, "intents-test.csv");
      await fitted(server, "intents", examples(9));
      await page.goto(`${server.address}/models/custom/intents`);
      await page.getByRole("link", { name: "Compare", exact: true }).click();
      await page.getByText("These two were not weighed on the same data yet.").waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Evaluate v2 on intents-test.csv" }).click();
      await page.getByRole("heading", { name: "v2 is better than v1" }).waitFor();
      await page.getByText(/^\+\d+\.\d points$/).first().waitFor();
      const fixed = page.getByRole("region", { name: "Fixed: wrong before, right now", exact: true });
      await fixed.getByRole("row").nth(1).waitFor();
      await page.getByRole("table", { name: "Difference of the confusion matrices" }).waitFor();
      await page.getByRole("row").filter({ hasText: "Time a text, half below" }).waitFor();
      await page.getByRole("textbox", { name: "Text" }).fill("will it rain");
      await page.getByRole("region", { name: "What v1 says" }).locator(".verdict").waitFor();
      await page.getByRole("region", { name: "What v2 says" }).locator(".verdict").getByText("weather").waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Swap" }).click();
      await page.getByRole("heading", { name: "v1 is worse than v2" }).waitFor();
      await page.getByRole("region", { name: "Broken: right before, wrong now", exact: true }).waitFor();
    },
  },
  {
    name: "two classifiers under different names are compared by their answers too",
    run: async ({ server, page }) => {
      await evaluated(server, "tickets_v1", examples(1), kTest, "intents-test.csv");
      await evaluated(server, "tickets_v2", examples(9), kTest, "intents-test.csv");
      await page.goto(`${server.address}/diff?from=custom/tickets_v1&to=custom/tickets_v2`);
      await page.getByRole("heading", { name: "tickets_v2 v1 is better than tickets_v1 v1" }).waitFor();
      await page.getByRole("textbox", { name: "Text" }).fill("will it rain");
      await page.getByRole("region", { name: "What tickets_v2 v1 says" }).locator(".verdict").getByText("weather").waitFor();
      await checkAccessibility(page);
    },
  },
  {
    name: "versions that answer alike are not called better, and a narrow screen holds the comparison",
    page: { colorScheme: "dark", viewport: { width: 360, height: 740 } },
    run: async ({ server, page }) => {
      await evaluated(server, "intents", examples(9), kTest, "intents-test.csv");
      await evaluated(server, "intents", examples(10), kTest, "intents-test.csv");
      await page.goto(`${server.address}/models/custom/intents/compare?from=1&to=2`);
      await page.getByRole("heading", { name: "Nothing shows that v1 and v2 differ" }).waitFor();
      await checkAccessibility(page);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(beyond <= 0, `the page is ${beyond} pixels too wide`);
    },
  },
];
