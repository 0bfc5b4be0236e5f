import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkAccessibility, until } from "../harness.mjs";
import { publishWakeWord } from "../fixtures.mjs";
import { asCsv, asTable, examples } from "../texts.mjs";

const choose = (page, slot, name, text) => page.locator(`[data-picker=${slot}]`).setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const figure = (page, name) => page.locator(".figure").filter({ hasText: name }).locator("dd").first();
const train = (page) => page.getByRole("button", { name: "Train", exact: true });

export const stories = [
  {
    name: "a pasted table becomes a classifier that answers, with the words that decided",
    run: async ({ server, page }) => {
      await page.goto(server.address);
      await page.getByRole("link", { name: "Train a text classifier" }).click();
      await page.getByRole("heading", { level: 1, name: "Train a text classifier" }).waitFor();
      await checkAccessibility(page);
      await page.getByLabel(/^A table with texts and labels/).fill(asTable(examples(10)));
      await page.getByText("30", { exact: true }).first().waitFor();
      assert.equal(await figure(page, "Labels").textContent(), "3");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("intents");
      await page.getByText("A new model.").waitFor();
      await checkAccessibility(page);
      await train(page).click();
      await page.waitForURL("**/models/custom/intents?version=1&tab=test");
      await page.getByText("custom/intents@1 is trained.").waitFor();
      await page.getByRole("textbox", { name: /^Text/ }).fill("please play some jazz");
      await page.locator(".verdict").getByText("music").waitFor();
      const scores = page.getByRole("list", { name: "Scores" }).getByRole("listitem");
      assert.equal(await scores.count(), 3);
      assert.match(await scores.first().textContent(), /^music[6-9]\d\.\d/);
      await page.getByRole("list", { name: "Words that decided for music" }).getByText("jazz").waitFor();
      assert.equal(await page.locator(".marked-text").textContent(), "please play some jazz");
      assert.ok((await page.locator(".mark-word.for").allTextContents()).includes("jazz"));
      await checkAccessibility(page);
      await page.getByRole("textbox", { name: /^Text/ }).fill("will it rain\nbook a table");
      await page.getByRole("row").filter({ hasText: "book a table" }).getByText("booking").waitFor();
      await checkAccessibility(page);
    },
  },
  {
    name: "what is odd about the examples is told before anything is trained",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/train`);
      const rows = [...examples(9), { text: "play some jazz", label: "Music" }, { text: "PLAY some jazz!", label: "music" }, { text: "will it rain tomorrow", label: "weather" }];
      await choose(page, "train", "odd.csv", `${asCsv(rows)},weather\nonly a text,\n`);
      for (const told of ["One text has two labels", "One example repeats", "“Music”, “music” differ only in spelling", "There is one example only of “Music”", "2 lines cannot be used and are left out", "Line 32: the text is empty."]) await page.getByText(told, { exact: false }).waitFor();
      assert.equal(await page.getByRole("textbox", { name: "Name", exact: true }).inputValue(), "odd");
      await choose(page, "test", "odd-test.csv", asCsv([{ text: "Play some jazz", label: "music" }, { text: "what is the news", label: "news" }]));
      await page.getByText("1 of 2 test texts are in the training data word for word", { exact: false }).waitFor();
      await page.getByText("labels that the training data lack: “news”", { exact: false }).waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Leave out odd.csv" }).click();
      await page.getByRole("textbox", { name: /^A table/ }).fill("just one column\nof texts");
      await page.getByRole("alert").getByText("a tab or a comma between them", { exact: false }).waitFor();
      assert.ok(await train(page).isDisabled());
    },
  },
  {
    name: "columns are guessed, and the guess can be corrected",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/train`);
      await page.getByRole("textbox", { name: /^A table/ }).fill("n;Satz;Art;Ort\n1;spiel etwas Jazz;Musik;hier\n2;regnet es morgen;Wetter;da\n3;spiel das Album;Musik;dort");
      await page.getByText("4", { exact: true }).waitFor();
      await page.getByLabel("The first line names the columns").check();
      await until("the names are no example any more", async () => (await figure(page, "Examples").textContent()) === "3");
      await page.getByRole("combobox", { name: "Label" }).first().selectOption("Art");
      await until("there are two labels", async () => (await figure(page, "Labels").textContent()) === "2");
      await page.getByRole("cell", { name: "spiel etwas Jazz" }).waitFor();
    },
  },
  {
    name: "a hundred thousand rows leave the page awake, and their training can be watched and cancelled",
    run: async ({ server, page }) => {
      await writeFile(join(server.home, "many.csv"), asCsv(examples(33_400)));
      await page.goto(`${server.address}/train`);
      await page.getByRole("heading", { name: "Examples", exact: true }).waitFor();
      await page.evaluate(() => {
        window.longest = 0;
        let last = performance.now();
        const beat = () => {
          const now = performance.now();
          window.longest = Math.max(window.longest, now - last);
          last = now;
          window.beating = setTimeout(beat, 10);
        };
        beat();
      });
      const begin = Date.now();
      await page.locator("[data-picker=train]").setInputFiles(join(server.home, "many.csv"));
      await until("all are read", async () => /^100.200$/.test((await figure(page, "Examples").textContent({ timeout: 60_000 })) ?? ""), 60_000);
      const took = Date.now() - begin;
      const longest = await page.evaluate(() => { clearTimeout(window.beating); return window.longest; });
      // Beside the whole, so that a busy machine does not matter: reading on the page's own thread would be nearly all of it.
      assert.ok(longest < 0.6 * took, `the page slept for ${longest} of ${took} ms`);
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("many");
      await train(page).click();
      await page.waitForURL("**/train?model=custom%2Fmany&job=*");
      await page.getByRole("progressbar", { name: "Training custom/many" }).waitFor();
      await checkAccessibility(page);
      await page.reload();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("The training was cancelled, and nothing of it was kept.").waitFor();
      assert.equal((await fetch(`${server.address}/api/models/many`)).status, 404);
      await page.getByRole("link", { name: "Back to the examples" }).click();
      await page.getByRole("heading", { name: "Examples", exact: true }).waitFor();
    },
  },
  {
    name: "a large table can be pasted, and is taken without being shown",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/train`);
      await page.getByRole("textbox", { name: /^A table/ }).waitFor();
      await page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        document.querySelector("textarea[name=table]").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, asTable(examples(2_000)));
      await page.getByText("Pasted table").waitFor();
      await until("all are read", async () => /^6.000$/.test((await figure(page, "Examples").textContent()) ?? ""));
      await page.getByRole("button", { name: "Leave out Pasted table" }).click();
      assert.equal(await page.getByRole("textbox", { name: /^A table/ }).inputValue(), "");
    },
  },
  {
    name: "a model of another kind is not trained over, and a dropped file is examples here",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/train`);
      await page.getByRole("heading", { name: "Examples", exact: true }).waitFor();
      await page.evaluate((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "intents-train.csv"));
        document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: data }));
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
      }, asCsv(examples(8)));
      await page.getByText("intents-train.csv").waitFor();
      assert.equal(await page.getByRole("textbox", { name: "Name", exact: true }).inputValue(), "intents");
      await publishWakeWord(server, "jarvis");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("jarvis");
      await page.getByText("custom/jarvis is a wake word. Choose another name.").waitFor();
      assert.ok(await train(page).isDisabled());
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("intents");
      await page.getByText("A new model.").waitFor();
      await train(page).click();
      await page.getByText("custom/intents@1 is trained.").waitFor();
      await page.getByRole("link", { name: "Train a new version" }).click();
      await page.getByRole("heading", { level: 1, name: "Train a new version of intents" }).waitFor();
      await page.getByText("This becomes version 2 of", { exact: false }).waitFor();
    },
  },
];
