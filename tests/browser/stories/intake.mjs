import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAccessibility, until } from "../harness.mjs";
import { metadata, safetensors, torchArchive, writeModelFolder } from "../fixtures.mjs";

// A drop as a page sees it: the browser gives no way to drag from outside.
const drop = (page, files) =>
  page.evaluate((given) => {
    const data = new DataTransfer();
    for (const { name, bytes } of given) data.items.add(new File([new Uint8Array(bytes)], name));
    document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: data }));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  }, Object.entries(files).map(([name, bytes]) => ({ name, bytes: [...bytes] })));

const kMebibyte = 1024 * 1024;

// Bytes that no two places of the file share, so that a piece in the wrong place changes the digest.
async function withLargeFile(megabytes, use) {
  const folder = await mkdtemp(join(tmpdir(), "weigh-upload-"));
  const path = join(folder, "large.safetensors");
  const tensor = safetensors({ weight: { shape: [megabytes, kMebibyte / 4], value: 0 } });
  for (let at = 4096; at + 4 < tensor.length; at += 4096) tensor.writeUInt32LE(at, at);
  await writeFile(path, tensor);
  try {
    await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const row = (page) => page.locator(".transfer").first();

export const stories = [
  {
    name: "dropped files are looked into and become a model when one says so",
    run: async ({ server, page }) => {
      await page.goto(server.address);
      await drop(page, { "jarvis.pt": torchArchive(), "jarvis.json": Buffer.from(JSON.stringify(metadata("jarvis"))) });
      await page.getByRole("heading", { name: "Add a model" }).waitFor();
      await page.getByText("2 ready", { exact: false }).waitFor();
      await checkAccessibility(page);
      assert.equal(await page.locator("[name=name]").inputValue(), "jarvis");
      assert.equal(await page.locator("[name=kind]").inputValue(), "wake-word");
      await page.locator("[name=label]").fill("v1.0");
      await page.getByRole("button", { name: "Keep this version" }).click();
      await page.waitForURL("**/models/custom/jarvis");
      await page.getByRole("heading", { level: 1, name: "jarvis" }).waitFor();
      await page.getByText("97.1").first().waitFor();
      await page.getByText("v1.0").first().waitFor();
    },
  },
  {
    name: "a folder gives the model its name, and known bytes are not sent again",
    run: async ({ server, page }) => {
      const folder = await mkdtemp(join(tmpdir(), "weigh-folder-"));
      try {
        await writeModelFolder(join(folder, "hey nova"), { "model.safetensors": safetensors({ w: { shape: [4, 4], value: 1 } }), "metadata.json": JSON.stringify(metadata("hey nova")) });
        for (const wanted of ["Sent", "Already here"]) {
          await page.goto(`${server.address}/upload`);
          await page.setInputFiles("[data-picker=folder]", join(folder, "hey nova"));
          await row(page).getByText(wanted).waitFor();
          await page.getByText("2 ready", { exact: false }).waitFor();
        }
        assert.equal(await page.locator("[name=name]").inputValue(), "hey_nova");
        await page.getByRole("button", { name: "Keep this version" }).click();
        await page.waitForURL("**/models/custom/hey_nova");
        await page.goto(`${server.address}/models/custom/hey_nova?tab=files`);
        await page.getByRole("rowheader", { name: "model.safetensors", exact: true }).waitFor();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
  {
    name: "a name that breaks the rule is explained before anything is sent",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/upload`);
      await drop(page, { "model.pt": torchArchive() });
      await page.getByText("1 ready", { exact: false }).waitFor();
      await page.getByText("There is no .json beside the weights", { exact: false }).waitFor();
      await page.locator("[name=name]").fill("a/b");
      await page.getByText("A name is made of letters", { exact: false }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Keep this version" }).isDisabled(), true);
    },
  },
  {
    name: "an upload goes on when the server was killed and came back",
    run: async ({ server, page }) => {
      await withLargeFile(48, async (path) => {
        await page.goto(`${server.address}/upload`);
        await page.setInputFiles("[data-picker=files]", path);
        await until("bytes are on their way", async () => (await row(page).getAttribute("data-stage")) === "sending");
        await server.kill("SIGKILL");
        await page.getByText("The server does not answer", { exact: false }).waitFor();
        await server.run();
        await page.getByText("1 ready", { exact: false }).waitFor({ timeout: 60_000 });
        await page.getByRole("button", { name: "Keep this version" }).click();
        await page.waitForURL("**/models/custom/large");
      });
    },
  },
  {
    name: "an upload that a reload cut short goes on with the same file, and pauses when told to",
    run: async ({ server, page }) => {
      await withLargeFile(48, async (path) => {
        // Slow pieces, so that there is a middle to stop in.
        await page.route("**/api/uploads/*", async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 400));
          await route.continue().catch(() => undefined);
        });
        await page.goto(`${server.address}/upload`);
        await page.setInputFiles("[data-picker=files]", path);
        await until("a piece has arrived", async () => {
          const { uploads } = await (await fetch(`${server.address}/api/uploads`)).json();
          return uploads.some((upload) => upload.offset > 0);
        });
        page.on("dialog", (dialog) => void dialog.accept());
        await page.reload();
        await page.getByRole("heading", { name: "Begun and not finished" }).waitFor();
        await checkAccessibility(page);

        await page.setInputFiles("[data-picker=files]", path);
        await until("it is sent again", async () => (await row(page).getAttribute("data-stage")) === "sending");
        await page.getByRole("button", { name: "Pause large.safetensors" }).click();
        await row(page).getByText("Paused").waitFor();
        await page.getByRole("button", { name: "Go on" }).click();
        await page.getByText("1 ready", { exact: false }).waitFor({ timeout: 60_000 });
        await page.getByText("1 tensor", { exact: false }).first().waitFor();
        const { uploads } = await (await fetch(`${server.address}/api/uploads`)).json();
        assert.deepEqual(uploads, []);
      });
    },
  },
];
