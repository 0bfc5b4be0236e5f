// What one Weighhouse publishes, another updates to, in the dashboard of both.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { randomBytes } from "node:crypto";
import { callJson, publish, publishWakeWord } from "../fixtures.mjs";
import { checkAccessibility, Server, until } from "../harness.mjs";

// A line between the two that passes so many bytes a second, and may be told to pass nothing at all.
async function slowLine(to, bytesPerSecond) {
  const line = { bytesPerSecond, sent: 0, stopped: false };
  const server = createServer((asked, answer) => {
    const passed = request(to + asked.url, { method: asked.method, headers: { ...asked.headers, host: new URL(to).host } }, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.on("data", (bytes) => {
        if (bytes.length < 2000) return void answer.write(bytes);
        reply.pause();
        line.sent += bytes.length;
        setTimeout(() => { if (answer.destroyed) return; answer.write(bytes); reply.resume(); }, (bytes.length / line.bytesPerSecond) * 1000);
      });
      reply.on("end", () => setTimeout(() => answer.end(), 50));
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());  // nobody listens any more: nothing passes for them
    passed.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  line.address = `http://127.0.0.1:${server.address().port}`;
  line.close = () => { server.closeAllConnections(); server.close(); };
  return line;
}

const dialog = (page) => page.getByRole("dialog", { name: "ML Model Updates" });
const status = (page) => dialog(page).getByRole("status");

export const stories = [
  {
    name: "updates of another Weighhouse are listed, fetched while one looks, stopped and gone on with",
    run: async ({ server, page, browser }) => {
      const program = server.program;
      const there = await Server.start(program);
      let line;
      try {
        await publish(there, { name: "jarvis", kind: "other", files: { "jarvis.bin": randomBytes(3_000_000) } });
        // Published in the other house's own dashboard.
        const other = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" })).newPage();
        await other.goto(`${there.address}/models/custom/jarvis?tab=use`);
        await other.getByText("Nobody is offered this version", { exact: false }).waitFor();
        await other.getByRole("button", { name: "Publish", exact: true }).click();
        await other.getByLabel("Improvements, one a line").fill("quiet rooms\nchildren's voices");
        await other.getByLabel("Description").fill("For small rooms");
        await checkAccessibility(other);
        await other.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
        await other.getByText("as jarvis, to 100 of 100").waitFor();
        await checkAccessibility(other);
        await other.context().close();

        await page.goto(`${server.address}/updates`);
        await page.getByText("No source is named yet", { exact: false }).waitFor();
        await checkAccessibility(page);
        line = await slowLine(there.address, 100_000);
        await callJson(server, "POST", "/api/sources", { name: "acme", kind: "weighhouse", address: line.address });
        await page.reload();
        await page.getByRole("rowheader", { name: "acme" }).waitFor();
        await checkAccessibility(page);

        await page.getByRole("button", { name: "ML Model Updates" }).click();
        await status(page).getByText("Found 1 available updates").waitFor();
        await dialog(page).getByText("Current: vNot installed → Available: v1").waitFor();
        await dialog(page).getByText("Size: 3 MB").waitFor();
        await dialog(page).getByText("Improvements: quiet rooms, children's voices").waitFor();
        await checkAccessibility(page);
        await dialog(page).getByRole("combobox").selectOption("download");
        await page.getByText("A regular check will download new versions of jarvis").waitFor();

        await dialog(page).getByRole("button", { name: "Update jarvis" }).click();
        await status(page).getByText("Downloading jarvis v1...").waitFor();
        await dialog(page).getByText(/ of 3\.00 MB, .*\/s, .* left/).waitFor();
        await checkAccessibility(page);
        await until("some of it came", async () => line.sent > 400_000);
        await dialog(page).getByRole("button", { name: "Cancel the download of jarvis" }).click();
        await status(page).getByText(/^Stopped jarvis at \d+ %\. What came is kept\.$/).waitFor();
        const before = line.sent;

        // Elsewhere meanwhile; what is under way is found again.
        line.bytesPerSecond = 400_000;
        await dialog(page).getByRole("button", { name: "Go on with jarvis" }).click();
        await status(page).getByText("Downloading jarvis v1...").waitFor();
        await dialog(page).getByRole("button", { name: "Close" }).click();
        await page.goto(`${server.address}/models`);
        await page.goto(`${server.address}/updates?dialog=open`);
        await status(page).getByText(/Downloading jarvis v1\.\.\.|Successfully updated jarvis to v1|All models are up to date/).first().waitFor();
        line.bytesPerSecond = 50_000_000;
        await until("it is here", async () => (await fetch(`${server.address}/api/models/jarvis`)).ok);
        assert.ok(line.sent < 3_000_000 + before, `what came before was kept: ${line.sent} bytes passed`);
        await dialog(page).getByRole("button", { name: "Check for Updates" }).click();
        await status(page).getByText("All models are up to date").waitFor();
        await dialog(page).getByText("No updates available").waitFor();

        // The other house goes away.
        await there.kill();
        await dialog(page).getByRole("button", { name: "Check for Updates" }).click();
        await status(page).getByText(/^Error checking updates: acme: /).waitFor({ timeout: 60_000 });
        await checkAccessibility(page);
        await dialog(page).getByRole("button", { name: "Close" }).click();
        assert.equal(new URL(page.url()).search, "");
      } finally {
        line?.close();
        await there.stop();
      }
    },
  },
  {
    name: "a version is published in a channel, changed and withdrawn",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(`${server.address}/models/custom/jarvis?tab=use`);
      await page.getByRole("button", { name: "Publish", exact: true }).click();
      await page.getByRole("dialog").getByLabel("Channel").fill("beta");
      await page.getByRole("dialog").getByLabel("To how many of a hundred").fill("10");
      await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
      await page.getByText("as jarvis, to 10 of 100").waitFor();
      await page.getByRole("button", { name: "Change", exact: true }).click();
      await page.getByRole("dialog").getByLabel("To how many of a hundred").fill("50");
      await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
      await page.getByText("as jarvis, to 50 of 100").waitFor();
      await page.getByRole("button", { name: "Withdraw" }).click();
      await page.getByText("Nobody is offered this version", { exact: false }).waitFor();
    },
  },
];
