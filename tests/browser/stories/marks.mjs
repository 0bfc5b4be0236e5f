import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { callJson, publish, safetensors } from "../fixtures.mjs";

const weights = (value) => safetensors({ "layer.weight": { shape: [4, 4], value } });
const read = async (server, path) => (await fetch(server.address + path)).json();

async function threeVersions(server) {
  for (const number of [1, 2, 3]) {
    await publish(server, { name: "nova", files: { "nova.safetensors": weights(number) }, metadata: { accuracy: 0.8 + number / 50 }, aliases: number === 2 ? ["production"] : [], metrics: [{ name: "recall", value: 0.5, class: "far" }] });
  }
  return `${server.address}/models/custom/nova`;
}

export const stories = [
  {
    name: "each metric shows its way over the versions, and a point leads to its version",
    run: async ({ server, page }) => {
      await page.goto(`${await threeVersions(server)}?tab=metrics`);
      const chart = page.getByRole("figure").filter({ hasText: "accuracy" });
      await chart.getByText("0.8600", { exact: true }).waitFor();
      await chart.getByText("+0.0200").waitFor();
      assert.equal(await chart.getByRole("link").count(), 3);
      await page.getByRole("row").filter({ hasText: "far" }).waitFor();
      await checkAccessibility(page);
      await chart.getByRole("link", { name: /^Version 2: accuracy 0.8400, production/ }).click();
      await page.getByRole("heading", { name: "Everything measured on v2" }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("version"), "2");
    },
  },
  {
    name: "what an alias was at a time is answered, and the timeline shows it",
    run: async ({ server, page }) => {
      const address = await threeVersions(server);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await callJson(server, "PUT", "/api/models/nova/aliases/production", { version: 3 });
      await page.goto(`${address}?tab=history`);
      await page.getByRole("link", { name: /^v2 was production from .* until (?!now)/ }).waitFor();
      await page.getByRole("link", { name: /^v3 was production from .* until now/ }).waitFor();
      const { events } = await read(server, "/api/models/nova/events?action=alias.*");
      const first = Date.parse(events.findLast((event) => event.subject === "production").at);
      await page.goto(`${address}?tab=history&at=${new Date(first + 500).toISOString()}`);
      await page.getByRole("link", { name: "production → v2" }).waitFor();
      await checkAccessibility(page);
      await page.goto(`${address}?tab=history&at=2001-01-01T00:00:00Z`);
      await page.getByText("no alias was there").waitFor();
    },
  },
  {
    name: "tags are set and taken back, and a tag leads to all that have it",
    run: async ({ server, page }) => {
      await page.goto(await threeVersions(server));
      await page.getByRole("textbox", { name: "New tag" }).fill("a team = it's audio");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      const tag = page.getByRole("link", { name: "a team = it's audio" });
      await tag.waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Remove the tag a team" }).click();
      await until("the tag is gone", async () => Object.keys((await read(server, "/api/models/nova")).tags).length === 0);
      await page.getByRole("button", { name: "Undo" }).click();
      await tag.click();
      await page.getByRole("heading", { level: 1, name: /^Models/ }).waitFor();
      await until("the model is found by its tag", async () => (await page.locator("[data-main]").allTextContents()).join() === "nova");
    },
  },
  {
    name: "a pinned version cannot be deleted until it is let go",
    run: async ({ server, page }) => {
      await page.goto(await threeVersions(server));
      await page.getByRole("button", { name: "Keep version 1 from being deleted" }).click();
      await page.getByText("Version 1 is kept from being deleted.").waitFor();
      await page.getByRole("button", { name: "Delete version 1" }).click();
      await page.getByRole("button", { name: "Move to trash" }).click();
      await page.getByRole("alert").getByText("pinned", { exact: false }).waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Keep version 1 from being deleted" }).click();
      await page.getByText("Version 1 can be deleted again.").waitFor();
      assert.equal((await read(server, "/api/models/nova/versions/1")).pinned, false);
    },
  },
  {
    name: "the card is written with a preview, and a change that somebody else made is not lost",
    run: async ({ server, page }) => {
      await page.goto(await threeVersions(server));
      await page.getByRole("button", { name: "Write a model card" }).click();
      await page.getByRole("textbox", { name: /^Model card/ }).fill("# Nova\n\nHears **well**.");
      await page.locator(".card-preview strong").getByText("well").waitFor();
      await checkAccessibility(page);
      await callJson(server, "PATCH", "/api/models/nova", { description: "Written by somebody else." });
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("alert").waitFor();
      assert.equal((await read(server, "/api/models/nova")).description, "Written by somebody else.");
      await page.getByRole("button", { name: "Cancel" }).click();
    },
  },
  {
    name: "a model gets another name, kind and licence, and the page moves with it",
    run: async ({ server, page }) => {
      await page.goto(await threeVersions(server));
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("super-nova");
      await page.getByRole("textbox", { name: "Licence" }).fill("MIT");
      await page.getByText("find nothing there from then on", { exact: false }).waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Save" }).click();
      await page.waitForURL("**/models/custom/super-nova");
      await page.getByText("MIT").waitFor();
      assert.equal((await read(server, "/api/models/super-nova")).licence, "MIT");
    },
  },
];
