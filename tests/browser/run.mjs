// The dashboard's stories in a real browser against the real program.
//   node tests/browser/run.mjs [path of weigh] [words of the stories to run]
// Ends with 77 where no chromium is installed: skipped, as ctest understands it.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { hasBrowser, launchBrowser, openPage, Server } from "./harness.mjs";
import { stories as answers } from "./stories/answers.mjs";
import { stories as compare } from "./stories/compare.mjs";
import { stories as data } from "./stories/data.mjs";
import { stories as docs } from "./stories/docs.mjs";
import { stories as far } from "./stories/far.mjs";
import { stories as gates } from "./stories/gates.mjs";
import { stories as intake } from "./stories/intake.mjs";
import { stories as library } from "./stories/library.mjs";
import { stories as list } from "./stories/list.mjs";
import { stories as marks } from "./stories/marks.mjs";
import { stories as model } from "./stories/model.mjs";
import { stories as pages } from "./stories/pages.mjs";
import { stories as settings } from "./stories/settings.mjs";
import { stories as several } from "./stories/several.mjs";
import { stories as signIn } from "./stories/sign-in.mjs";
import { stories as slow } from "./stories/slow.mjs";
import { stories as train } from "./stories/train.mjs";
import { stories as trash } from "./stories/trash.mjs";
import { stories as updates } from "./stories/updates.mjs";
import { stories as wake } from "./stories/wake.mjs";
import { stories as weigh } from "./stories/weigh.mjs";

const program = process.argv[2] ?? fileURLToPath(new URL("../../build/dev/bin/weigh", import.meta.url));
const words = process.argv.slice(3);
const failures = process.env.BROWSER_FAILURES ?? fileURLToPath(new URL("../../build/browser-failures", import.meta.url));

if (!hasBrowser()) {
  console.log("skipped: no chromium at /usr/bin/chromium (Debian: apt install chromium; elsewhere set CHROMIUM)");
  process.exit(77);
}
if (!existsSync(program)) {
  console.error(`There is no program at ${program}. Build it first: make build.`);
  process.exit(1);
}

async function play(browser, story) {
  const server = await Server.start(program, story.options, story.database);
  const page = await openPage(browser, server, story.page);
  try {
    await story.run({ server, page, browser });
    assert.deepEqual(page.faults, []);
  } catch (error) {
    await mkdir(failures, { recursive: true });
    const picture = `${failures}/${story.name.replace(/[^a-z0-9]+/gi, "-")}.png`;
    await page.screenshot({ path: picture }).catch(() => undefined);
    error.message += `\n  picture: ${picture}${page.faults.length > 0 ? `\n  also: ${page.faults.join("\n  ")}` : ""}\n  log: ${server.log.split("\n").slice(-8).join("\n       ")}`;
    throw error;
  } finally {
    await page.context().close();
    await server.stop();
  }
}

const stories = [...library, ...intake, ...list, ...far, ...several, ...model, ...marks, ...compare, ...train, ...wake, ...weigh, ...answers, ...data, ...gates, ...trash, ...updates, ...signIn, ...slow, ...settings, ...docs, ...pages].filter((story) => words.every((word) => story.name.includes(word)));
const browser = await launchBrowser();
let failed = 0;
for (const story of stories) {
  const begin = Date.now();
  try {
    await play(browser, story);
    console.log(`ok      ${story.name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${story.name}\n  ${error.stack ?? error}\n`);
  }
}
await browser.close();
console.log(`${stories.length - failed} of ${stories.length} stories passed`);
process.exit(failed === 0 ? 0 : 1);
