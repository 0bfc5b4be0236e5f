import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { callJson, publish, safetensors } from "../fixtures.mjs";
import { evaluated } from "../learning.mjs";
import { asCsv, examples } from "../texts.mjs";

const weights = (value) => safetensors({ w: { shape: [2, 2], value } });
const read = async (server, path) => (await fetch(server.address + path)).json();

async function twoVersions(server) {
  await publish(server, { name: "nova", files: { "nova.safetensors": weights(1) }, metrics: [{ name: "f1", value: 0.92 }], aliases: ["production"] });
  await publish(server, { name: "nova", files: { "nova.safetensors": weights(2) }, metrics: [{ name: "f1", value: 0.713 }] });
  return `${server.address}/models/custom/nova`;
}

export const stories = [
  {
    name: "an alias gets a rule, a version that fails it is refused with its figures, and the rule is removed",
    run: async ({ server, page }) => {
      await page.goto(await twoVersions(server));
      const production = page.locator("[aria-labelledby=aliases-head] > ul > li").filter({ hasText: "production" });
      await production.getByText("No rules").click();
      await page.getByRole("combobox", { name: "New rule of production" }).fill("f1 is good");
      await production.getByRole("button", { name: "Add" }).click();
      await page.getByRole("alert").getByText("it compares nothing", { exact: false }).waitFor();
      await page.getByRole("combobox", { name: "New rule of production" }).fill("f1>=0.9");
      await production.getByRole("button", { name: "Add" }).click();
      await production.getByText("1 rule, not met by v2").waitFor();
      await production.getByText("f1 is 0.713").waitFor();
      await checkAccessibility(page);
      await production.getByRole("button", { name: "Move to v2" }).click();
      await page.getByRole("dialog").getByText("What production demands of it").waitFor();
      await page.getByRole("dialog").getByText("f1 is 0.713").waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Move", exact: true }).click();
      await page.getByRole("dialog").getByRole("alert").getByText("f1 >= 0.9 (f1 is 0.713)", { exact: false }).waitFor();
      assert.equal((await read(server, "/api/models/nova")).aliases.production, 1);
      await page.getByRole("button", { name: "Cancel" }).click();
      await production.getByRole("button", { name: "Remove the rule f1 >= 0.9" }).click();
      await production.getByText("No rules").waitFor();
      await production.getByRole("button", { name: "Move to v2" }).click();
      await page.getByRole("button", { name: "Move", exact: true }).click();
      await until("production has moved", async () => (await read(server, "/api/models/nova")).aliases.production === 2);
      await page.goto(`${server.address}/models/custom/nova?tab=history`);
      await page.getByText("The rules of production were changed: f1 >= 0.9").waitFor();
    },
  },
  {
    name: "a rule on test data is tested on the version that one looks at",
    page: { colorScheme: "dark", viewport: { width: 360, height: 740 } },
    run: async ({ server, page }) => {
      const test = asCsv(examples(8, 30));
      await evaluated(server, "intents", examples(9), test, "intents-test.csv");
      await callJson(server, "PUT", "/api/models/intents/aliases/production", { version: 1 });
      await evaluated(server, "intents", examples(1), test, "intents-test.csv");
      await callJson(server, "PUT", "/api/models/intents/aliases/production/gates", { rules: ["accuracy >= production - 0.01 on intents-test.csv"] });
      await page.goto(`${server.address}/models/custom/intents?version=2`);
      const production = page.locator("[aria-labelledby=aliases-head] > ul > li").filter({ hasText: "production" });
      await production.getByText("1 rule, not met by v2").click();
      await production.getByText("the 95 % interval of the difference in accuracy from production (version 1) begins at", { exact: false }).waitFor();
      await checkAccessibility(page);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(beyond <= 0, `the page is ${beyond} pixels too wide`);
    },
  },
];
