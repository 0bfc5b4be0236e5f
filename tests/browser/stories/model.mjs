import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { checkAccessibility, until } from "../harness.mjs";
import { callJson, publish, safetensors } from "../fixtures.mjs";

const weights = (value, more = {}) => safetensors({ "layer.0.weight": { shape: [8, 4], value }, "layer.0.bias": { shape: [8], value: 1 }, ...more });

async function twoVersions(server) {
  await publish(server, { name: "nova", files: { "nova.safetensors": weights(1) }, label: "v1.0", metadata: { wake_word: "nova", accuracy: 0.9, f1_score: 0.8, threshold: 0.5 }, aliases: ["production"] });
  await publish(server, { name: "nova", files: { "nova.safetensors": weights(2, { "head.weight": { shape: [2, 8], value: 3 } }) }, label: "v1.1", notes: "More voices.", metadata: { wake_word: "nova", accuracy: 0.95, f1_score: 0.7, threshold: 0.6 } });
  return `${server.address}/models/custom/nova`;
}

export const stories = [
  {
    name: "every part of a model can be seen and holds for a screen reader",
    run: async ({ server, page }) => {
      const address = await twoVersions(server);
      const wanted = { overview: "95.0", files: "nova.safetensors", contents: "layer.0.weight", metrics: "accuracy", history: "Version 2 was published", use: "weigh download custom/nova" };
      for (const [tab, text] of Object.entries(wanted)) {
        await page.goto(`${address}?tab=${tab}`);
        await page.locator("main").getByText(text, { exact: false }).first().waitFor();
        await page.getByRole("heading", { name: "Versions" }).waitFor();
        await checkAccessibility(page);
      }
      await page.goto(`${address}?tab=contents`);
      await page.getByRole("searchbox", { name: "Search tensors" }).fill("head");
      await page.keyboard.press("Enter");
      await page.getByText("1 with “head” in the name", { exact: false }).waitFor();
      await page.getByRole("link", { name: "v1 · v1.0" }).click();
      await page.getByText("which is not the current one", { exact: false }).waitFor();
    },
  },
  {
    name: "an alias moves with a reason, the history tells it, and it rolls back",
    run: async ({ server, page }) => {
      const address = await twoVersions(server);
      await page.goto(address);
      await page.getByRole("listitem").filter({ hasText: "production" }).getByRole("button", { name: "Move to v2" }).click();
      await page.getByLabel(/Reason/).fill("fewer false alarms");
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Move", exact: true }).click();
      await page.getByText("production points at version 2.").waitFor();
      await page.getByRole("navigation", { name: "Parts of the model" }).getByRole("link", { name: "History" }).click();
      await page.getByText("production moved from version 1 to version 2: fewer false alarms").waitFor();
      await page.getByRole("button", { name: "Roll back production" }).click();
      await page.getByText("production points at version 1 again.").waitFor();
      const { aliases } = await (await fetch(`${server.address}/api/models/nova/aliases`)).json();
      assert.equal(aliases.find(({ alias }) => alias === "production").version, 1);
    },
  },
  {
    name: "two versions show their differences first and everything on request",
    run: async ({ server, page }) => {
      await page.goto(`${await twoVersions(server)}`);
      await page.getByRole("link", { name: "Compare", exact: true }).click();
      await page.getByRole("row").filter({ hasText: "accuracy" }).getByText("better", { exact: false }).waitFor();
      await page.getByRole("row").filter({ hasText: "head.weight" }).getByText("added").waitFor();
      const bias = page.getByRole("row").filter({ hasText: "layer.0.bias" });
      assert.equal(await bias.count(), 0);
      await checkAccessibility(page);
      await page.getByLabel("Also what is the same").check();
      await bias.waitFor();
      assert.equal(new URL(page.url()).searchParams.get("all"), "1");
    },
  },
  {
    name: "the zip and one file come as they were taken in",
    run: async ({ server, page }) => {
      const address = await twoVersions(server);
      await page.goto(`${address}?tab=files`);
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download nova.safetensors" }).click()]);
      assert.deepEqual(await readFile(await file.path()), weights(2, { "head.weight": { shape: [2, 8], value: 3 } }));
      const [zip] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download", exact: true }).click()]);
      assert.equal(zip.suggestedFilename(), "nova_model.zip");
      assert.equal((await readFile(await zip.path())).subarray(0, 2).toString(), "PK");
    },
  },
  {
    name: "a deleted version comes back by undo, and notes can be written",
    run: async ({ server, page }) => {
      await page.goto(await twoVersions(server));
      await page.getByRole("button", { name: "Delete version 2" }).click();
      await page.getByRole("button", { name: "Move to trash" }).click();
      await page.getByText("Version 2 is in the trash.").waitFor();
      await until("version 2 is gone", async () => (await page.getByRole("button", { name: "Delete version 2" }).count()) === 0);
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Delete version 2" }).waitFor();
      await page.getByRole("link", { name: "v2 · v1.1" }).click();
      await page.getByRole("button", { name: "Change", exact: true }).click();
      await page.getByRole("textbox", { name: "Notes on v2" }).fill("Even more voices.");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Even more voices.").first().waitFor();
    },
  },
  {
    name: "a model card is shown as text and never as markup",
    run: async ({ server, page }) => {
      const address = await twoVersions(server);
      await callJson(server, "PATCH", "/api/models/nova", { description: "# Nova\n\n<img src=x onerror=\"document.title='taken'\">\n\n[go](javascript:alert(1)) **bold**" });
      await page.goto(address);
      await page.getByText("<img src=x", { exact: false }).waitFor();
      assert.equal(await page.locator("main img").count(), 0);
      assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
      assert.equal(await page.title(), "nova · Weighhouse");
    },
  },
];
