import assert from "node:assert/strict";
import { callJson } from "../fixtures.mjs";
import { addReports, makeDataset, trainOn } from "../datasets.mjs";
import { checkAccessibility, until } from "../harness.mjs";
import { anotherWord, wavOf } from "../microphone.mjs";

const read = async (server, path) => (await fetch(server.address + path)).json();
const item = (page, key) => page.getByRole("listitem").filter({ hasText: key });

export const stories = [
  {
    name: "a dataset is made, files are added to it, and slices are made of them",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/datasets`);
      await page.getByText("There is no dataset yet.", { exact: false }).waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "New dataset" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("kitchen sounds");
      await page.getByRole("button", { name: "Make it" }).click();
      await page.getByRole("heading", { level: 1, name: "kitchen sounds" }).waitFor();

      const files = ["anna.wav", "bert.wav", "carl.wav"].map((name, at) => ({ name, mimeType: "audio/wav", buffer: wavOf([0.2, anotherWord(at), 0.2]) }));
      await page.locator("[data-picker=items]").setInputFiles(files);
      await page.getByText("3 items added.").waitFor();
      await item(page, "carl.wav").waitFor();
      assert.equal(await page.locator(".item-row audio").count(), 3);

      await page.getByRole("checkbox", { name: "Choose anna.wav" }).check();
      await page.getByRole("checkbox", { name: "Choose bert.wav" }).check();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Put into a slice" }).click();
      await page.getByRole("combobox", { name: "Slice" }).fill("for training");
      await page.getByRole("button", { name: "Put in", exact: true }).click();
      await page.getByText("2 items put into for training.").waitFor();

      await page.getByRole("link", { name: /^for training/ }).click();
      await until("the slice alone is shown", async () => (await page.locator(".item-row:not([aria-busy])").count()) === 2);
      await page.getByRole("checkbox", { name: "Choose bert.wav" }).check();
      await page.getByRole("button", { name: "Take out of this slice" }).click();
      await page.getByText("1 item taken out of the slice.").waitFor();
      await until("one is left", async () => (await page.locator(".item-row:not([aria-busy])").count()) === 1);
      await page.getByRole("button", { name: "Undo" }).click();
      await until("both are back", async () => (await page.locator(".item-row:not([aria-busy])").count()) === 2);
      const { datasets } = await read(server, "/api/datasets");
      assert.deepEqual([datasets[0].item_count, datasets[0].slice_count], [3, 1]);
    },
  },
  {
    name: "items are looked at, and a slice leads to what was trained on it",
    run: async ({ server, page }) => {
      const dataset = await makeDataset(server);
      await trainOn(server, dataset);
      await page.goto(`${server.address}/datasets`);
      await page.getByRole("link", { name: "sounds and signs" }).click();
      await item(page, "signs/stop.png").getByRole("button").click();
      const dialog = page.getByRole("dialog", { name: "signs/stop.png" });
      const picture = dialog.getByRole("img");
      await until("the picture is there", () => picture.evaluate((image) => image.complete && image.naturalWidth === 32));
      await dialog.getByText("held out").waitFor();
      await dialog.getByText('"label": "stop"', { exact: false }).waitFor();
      await checkAccessibility(page);
      await page.keyboard.press("Escape");

      await item(page, "notes/about.txt").getByRole("button").click();
      await page.getByRole("dialog").getByText("Recorded in a kitchen, in November.").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("combobox", { name: "Kind of item" }).selectOption({ label: "Sound" });
      await until("only sound is listed", async () => (await page.locator(".item-row:not([aria-busy])").count()) === 3);

      await page.getByRole("link", { name: /^held out/ }).click();
      const lineage = page.getByRole("region", { name: "Lineage" });
      await lineage.getByRole("link", { name: "production alias" }).first().waitFor();
      await checkAccessibility(page);
      await lineage.getByRole("link", { name: "sign-finder model" }).click();
      await page.getByRole("heading", { level: 1, name: "sign-finder" }).waitFor();
    },
  },
  {
    name: "a model shows what it was trained on, its classes and its charts, and the audit finds the weak one",
    run: async ({ server, page }) => {
      await trainOn(server, await makeDataset(server));
      await addReports(server, "sign-finder");
      await page.goto(`${server.address}/models/custom/sign-finder?tab=training`);
      await page.getByText("mean AP 75.0", { exact: false }).waitFor();
      await page.getByRole("figure", { name: "loss by epoch" }).waitFor();
      await page.getByRole("cell", { name: "28" }).waitFor();
      await checkAccessibility(page);
      await page.getByRole("link", { name: "Audit" }).click();
      const weak = page.getByRole("region", { name: "Below 0.7" });
      await weak.getByRole("link", { name: "sign-finder-small" }).waitFor();
      await weak.getByText("stop 35.0", { exact: false }).waitFor();
      await checkAccessibility(page);
      await page.getByRole("spinbutton", { name: "Weak is below" }).fill("0.4");
      await until("none is weak", async () => (await weak.count()) === 0);
    },
  },
  {
    name: "a slice that a model was trained on stays known when it is deleted, and comes back",
    run: async ({ server, page }) => {
      const dataset = await makeDataset(server);
      await trainOn(server, dataset);
      await page.goto(`${server.address}/datasets/${dataset.id}`);
      await page.getByRole("button", { name: "Delete the slice train" }).click();
      await page.getByRole("button", { name: "Move to trash" }).click();
      await until("it is gone", async () => (await page.getByRole("link", { name: /^train/ }).count()) === 0);
      const { training_slices: slices } = await read(server, "/api/models/sign-finder/training");
      assert.deepEqual(slices.map((slice) => [slice.name, slice.deleted]), [["train", true]]);
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("link", { name: /^train/ }).waitFor();
    },
  },
  {
    name: "the table shows what models reach at a class, beside the pinned one",
    run: async ({ server, page }) => {
      await trainOn(server, await makeDataset(server));
      await callJson(server, "PATCH", "/api/models/sign-finder", { pinned: true });
      await page.goto(`${server.address}/?view=table&columns=size_bytes`);
      await page.getByText("Columns", { exact: true }).click();
      for (const name of ["stop", "one, way"]) {
        await page.getByRole("textbox", { name: "Class", exact: true }).fill(name);
        await page.getByRole("button", { name: "Add", exact: true }).click();
      }
      await page.getByRole("checkbox", { name: "Difference to the pinned model" }).check();
      await page.getByText("custom/sign-finder", { exact: true }).first().waitFor();
      await checkAccessibility(page);
      await page.keyboard.press("Escape");
      const weak = page.getByRole("row").filter({ hasText: "sign-finder-small" });
      await weak.getByText("0.350", { exact: false }).waitFor();
      await weak.getByText("−0.200").waitFor();
      assert.equal(await page.getByRole("columnheader", { name: "AP one, way" }).count(), 1);
      await page.reload();
      await weak.getByText("−0.200").waitFor();
      await page.getByRole("button", { name: "AP stop" }).click();
      await until("the strongest is the first", async () => (await page.locator("[data-main]").first().textContent()) === "sign-finder");
    },
  },
];
