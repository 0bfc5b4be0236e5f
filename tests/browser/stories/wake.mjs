import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { anotherWord, theWord, wavOf } from "../microphone.mjs";

const kTrainingMs = 300_000;
const figure = (page, name) => page.locator(".figure").filter({ hasText: name }).locator("dd").first();
const word = (page) => page.getByRole("textbox", { name: "What you will say" });

export const stories = [
  {
    name: "a wake word is recorded with the microphone, trained while one looks, and hears its word",
    run: async ({ server, page }) => {
      await page.goto(server.address);
      await page.getByRole("link", { name: "Train a wake word" }).click();
      await page.getByRole("heading", { level: 1, name: "Train a wake word" }).waitFor();
      await checkAccessibility(page);

      await word(page).fill("R2D2");
      await page.getByText("Wake word must contain only letters and spaces").waitFor();
      await word(page).fill("jarvis");
      await page.getByText("Record it at least once.").waitFor();
      for (const number of [1, 2]) {
        await page.getByRole("button", { name: "Record", exact: true }).click();
        // Longer than the word and its pause: wherever one begins, there is something to hear.
        await page.getByText(/^Recording, 2\.\d s/).waitFor();
        await page.getByRole("button", { name: "Stop", exact: true }).click();
        await page.getByText(`Recording ${number}`, { exact: true }).waitFor();
      }
      assert.equal(await page.locator(".waveform").count(), 2);
      await page.locator("[data-picker=recordings]").setInputFiles({ name: "third.wav", mimeType: "audio/wav", buffer: wavOf([0.2, theWord(3), 0.2]) });
      await page.getByText("third.wav").waitFor();
      await checkAccessibility(page);

      await page.getByText("More", { exact: true }).click();
      await page.getByLabel("Let synthetic voices say the word as well").uncheck();
      await page.getByLabel("Learn to tell words apart that sound like it").uncheck();
      await page.getByRole("spinbutton", { name: "Epochs" }).fill("10");
      await page.getByRole("spinbutton", { name: "Examples of the word" }).fill("100");
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.waitForURL("**/train/wake-word?job=*");
      await page.waitForURL("**/models/custom/jarvis?tab=training&version=1", { timeout: kTrainingMs });

      await page.getByRole("heading", { name: "The threshold" }).waitFor();
      const missed = figure(page, "Words missed");
      assert.match(await missed.textContent(), /%/);
      await page.getByRole("slider", { name: /What if the threshold were/ }).fill("0.31");
      await page.getByRole("button", { name: /^Back to/ }).waitFor();
      await page.getByRole("heading", { name: "How it learned" }).waitFor();
      assert.equal(await page.locator("audio").count(), 3);
      await checkAccessibility(page);

      await page.getByRole("link", { name: "Try it" }).first().click();
      await page.getByRole("slider", { name: /^Threshold/ }).fill("0.05");
      await page.getByRole("button", { name: "Listen to the microphone" }).click();
      await page.locator(".heard-log li").first().waitFor({ timeout: 60_000 });
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Stop listening" }).click();
      await page.getByText("Not listening").waitFor();

      await page.getByLabel(/^Recording/).setInputFiles({ name: "other.wav", mimeType: "audio/wav", buffer: wavOf([0.3, anotherWord(), 0.3]) });
      await page.getByText("other.wav, against a threshold", { exact: false }).waitFor();
      await page.getByLabel(/^Recording/).setInputFiles({ name: "none.wav", mimeType: "audio/wav", buffer: Buffer.from("no sound") });
      await page.getByRole("alert").getByText("Invalid audio file", { exact: false }).waitFor();
    },
  },
  {
    name: "recordings that cannot be used are told, and the training does not begin with them",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/train/wake-word?word=jarvis`);
      const { job_id: none } = await (await fetch(`${server.address}/api/train/start`, { method: "POST", body: silent() })).json();
      assert.equal(none, undefined);
      await page.locator("[data-picker=recordings]").setInputFiles({ name: "silence.wav", mimeType: "audio/wav", buffer: wavOf([1]) });
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("alert").waitFor();
      await page.getByRole("button", { name: "Remove recording 1" }).click();
      await until("it is gone", async () => (await page.locator(".take").count()) === 0);
      await page.getByText("Record it at least once.").waitFor();
    },
  },
];

function silent() {
  const form = new FormData();
  form.append("wake_word", "jarvis");
  form.append("recordings", new Blob([wavOf([1])], { type: "audio/wav" }), "silence.wav");
  return form;
}
