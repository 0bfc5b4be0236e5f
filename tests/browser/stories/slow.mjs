// A server that takes its time, refuses, or is gone: what one sees meanwhile, and whether the page stands still.
import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";
import { publishWakeWord } from "../fixtures.mjs";

const kPages = ["/", "/?view=table", "/models/custom/jarvis", "/models/custom/jarvis?tab=files", "/trash", "/storage", "/jobs", "/events", "/tokens", "/settings", "/docs"];
// Long after a page has shown that it waits, and well before the answer.
const kLookMs = 1_000;

// Holds every answer of the API back until `letGo` is called.
async function holdBack(page) {
  let letGo;
  const gone = new Promise((resolve) => { letGo = resolve; });
  await page.route(/\/(api\/|health|openapi\.json)/, async (route) => {
    await gone;
    await route.continue().catch(() => undefined);
  });
  return letGo;
}

// How far things that were in sight have moved since the page was opened, as the browser counts it.
const kCountShifts = () => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push({ value: entry.value, what: entry.sources.map((source) => source.node?.className || source.node?.nodeName).join(", ") });
  }).observe({ type: "layout-shift", buffered: true });
};

export const stories = [
  {
    name: "every page shows what it is and that it waits while a slow answer is on its way",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      for (const path of kPages) {
        const letGo = await holdBack(page);
        await page.goto(server.address + path);
        await page.locator("h1").waitFor();
        await page.waitForTimeout(kLookMs);
        assert.ok(await page.locator(".working").isVisible(), `${path} does not show that it works`);
        assert.ok(await page.locator(".skeleton").first().isVisible(), `${path} holds no place for what is on its way`);
        assert.equal(await page.getByRole("alert").count(), 0, `${path} complains before its time`);
        await checkAccessibility(page);
        letGo();
        await until(`${path} has what it waited for`, async () => (await page.locator(".skeleton").count()) === 0);
        await until(`${path} rests`, async () => (await page.locator(".working").count()) === 0);
        await page.unrouteAll({ behavior: "ignoreErrors" });
      }
    },
  },
  {
    name: "nothing in sight moves when a slow list arrives, and the older one is marked as old",
    run: async ({ server, page }) => {
      for (const name of ["jarvis", "computer", "friday"]) await publishWakeWord(server, name);
      await page.addInitScript(kCountShifts);
      const letGo = await holdBack(page);
      await page.goto(server.address);
      await page.locator(".skeleton").first().waitFor();
      letGo();
      await page.getByRole("article").first().waitFor();
      const shifts = await page.evaluate(() => window.shifts);
      const moved = shifts.reduce((sum, shift) => sum + shift.value, 0);
      assert.ok(moved < 0.05, `what was in sight has moved: ${JSON.stringify(shifts)}`);

      await page.unrouteAll({ behavior: "ignoreErrors" });
      const letGoAgain = await holdBack(page);
      await page.getByRole("button", { name: "Custom", exact: true }).click();
      await page.locator(".stale").waitFor();
      assert.equal(await page.getByRole("article").count(), 3, "the older list stays in sight");
      letGoAgain();
      await until("the newer list is here", async () => (await page.locator(".stale").count()) === 0);
      assert.equal(await page.getByRole("article").count(), 3);
    },
  },
  {
    name: "a refusal without a reason says what to do, and trying again goes on",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      for (const [path, good] of [["/", "jarvis"], ["/storage", "Free on the disk"], ["/models/custom/jarvis", "custom/jarvis"]]) {
        await page.route(/\/api\/(models|storage|namespaces)/, (route) => route.fulfill({ status: 503, body: "" }));
        await page.goto(server.address + path);
        await page.getByRole("alert").getByText("Its log has the request", { exact: false }).first().waitFor();
        await checkAccessibility(page);
        await page.unrouteAll({ behavior: "ignoreErrors" });
        await page.getByRole("button", { name: "Try again" }).first().click();
        await page.getByText(good).first().waitFor();
        await until(`${path} complains no more`, async () => (await page.getByRole("alert").count()) === 0);
      }
    },
  },
];
