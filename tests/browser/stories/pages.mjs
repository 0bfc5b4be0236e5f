import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { publishWakeWord } from "../fixtures.mjs";

const kPages = ["/", "/?view=table", "/upload", "/train", "/models/custom/jarvis", "/models/custom/jarvis?tab=files", "/models/custom/jarvis?tab=metrics", "/models/custom/jarvis?tab=history", "/models/custom/jarvis/compare", "/diff", "/trash", "/storage", "/jobs", "/events", "/tokens", "/settings", "/datasets", "/audit", "/train/wake-word", "/docs", "/docs?op=publish_version", "/help", "/help/download-failing", "/help/onnx-export", "/help/filters", "/no/such/page"];

const settled = (page) => page.locator("main:not([aria-busy]) h1").waitFor();

export const stories = [
  {
    name: "every page is right for a screen reader in dark colours and fits a narrow screen",
    page: { colorScheme: "dark", viewport: { width: 360, height: 740 } },
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      for (const path of kPages) {
        // The server knows which addresses are pages; any other one is reached from inside.
        if (path === "/no/such/page") await page.evaluate((to) => { history.pushState(null, "", to); dispatchEvent(new PopStateEvent("popstate")); }, path);
        else await page.goto(server.address + path);
        await settled(page);
        await checkAccessibility(page);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(beyond <= 0, `${path} is ${beyond} pixels too wide`);
      }
    },
  },
  {
    name: "the colours that one chose stay, and the keyboard reaches the content",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/help`);
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "To the content");
      await page.getByRole("button", { name: /Colours/ }).click();
      await page.getByRole("button", { name: /Colours: light/ }).click();
      await page.reload();
      await settled(page);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
      await page.getByRole("link", { name: "Download failing" }).click();
      await page.getByRole("heading", { level: 1, name: "Download failing" }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
    },
  },
  {
    name: "a check of the store runs as a job that one can watch",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(`${server.address}/storage`);
      await page.getByText("custom/jarvis").first().waitFor();
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Check every byte" }).click();
      await page.waitForURL("**/jobs?job=*");
      await page.locator("li[data-job]").first().getByText("completed").waitFor();
      await checkAccessibility(page);
    },
  },
  {
    name: "the history tells who did what, and can be narrowed to one subject",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(`${server.address}/events`);
      await page.getByText("Version 1 was published").waitFor();
      await page.getByText("The model was made").waitFor();
      await page.getByRole("link", { name: "aliases", exact: true }).click();
      await page.getByText("current moved to version 1").waitFor();
      await until("only aliases are told", async () => (await page.getByText("The model was made").count()) === 0);
      await checkAccessibility(page);
      await page.getByRole("link", { name: "tokens", exact: true }).click();
      await page.getByText("Nothing of this kind has happened here yet.").waitFor();
    },
  },
  {
    name: "a model that is not there says so in words",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/models/custom/nobody`);
      await page.getByRole("alert").getByText("nobody", { exact: false }).waitFor();
      await checkAccessibility(page);
    },
  },
  {
    name: "a page that lost its server goes on when the server is back",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await Promise.all([page.waitForResponse(/model-page/), page.goto(server.address)]);
      await page.getByRole("article").waitFor();
      await server.kill("SIGKILL");
      await page.getByRole("link", { name: "jarvis", exact: true }).click();
      await page.getByText("goes on by itself", { exact: false }).first().waitFor();
      await server.run();
      await page.getByRole("heading", { name: "Versions" }).waitFor();
    },
  },
];
