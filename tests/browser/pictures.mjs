// Pictures of every page in its states, compared with the accepted ones by eye-sized differences.
//   node tests/browser/pictures.mjs [path of weigh] [words of the pictures to take]
//   ACCEPT=1 …    makes what was taken the accepted ones
//
// The whole pictures lie in build/pictures, to be looked at. What is kept and compared is a quarter as wide and as high,
// and blurred: letters of another font or another date vanish, a block that moved, broke or lost its colour does not.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { callJson, publish, publishWakeWord, safetensors } from "./fixtures.mjs";
import { addReports, makeDataset, trainOn } from "./datasets.mjs";
import { hasBrowser, launchBrowser, openPage, Server } from "./harness.mjs";

const place = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = process.argv[2] ?? place("../../build/dev/bin/weigh");
const words = process.argv.slice(3);
const taken = place("../../build/pictures");
const accepted = place("pictures");
const kQuarter = 4;
// Of 255, after the blur; and the share of the picture that may differ so.
const kVisible = 28;
const kTolerated = 0.01;

const kLooks = {
  light: { viewport: { width: 1280, height: 860 } },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  narrow: { viewport: { width: 360, height: 740 } },
};

const refuse = (page) => page.route(/\/api\/(models|namespaces|storage|jobs|events|trash)/, (route) => route.fulfill({ status: 503, contentType: "application/json", body: JSON.stringify({ error: "unavailable", message: "The database is busy. Try again in a moment.", detail: "", details: {} }) }));
const holdBack = (page) => page.route(/\/api\//, () => undefined);

const empty = { name: "empty", pages: { start: "/", nothing: "/?search=zzz", trash: "/trash", jobs: "/jobs", events: "/events", tokens: "/tokens", storage: "/storage", settings: "/settings", upload: "/upload", train: "/train", wake: "/train/wake-word", datasets: "/datasets", audit: "/audit", updates: "/updates", help: "/help", topic: "/help/download-failing", docs: "/docs", route: "/docs?op=publish_version" } };

const few = {
  name: "few",
  prepare: async (server) => {
    for (const [turn, word] of ["jarvis", "computer", "hey-friday"].entries()) await publishWakeWord(server, word, { metadata: { accuracy: 0.9 + turn / 40 } });
    await publishWakeWord(server, "jarvis", { note: "two", metadata: { accuracy: 0.985, f1_score: 0.96 }, version: { label: "v1.1", notes: "Trained on **more** voices." } });
    await callJson(server, "PUT", "/api/models/jarvis/aliases/production", { version: 1 });
    await publish(server, { namespace: "default", name: "a-long-name-of-a-detector.with-dots_and-more-than-fits", kind: "detector", files: { "weights.safetensors": safetensors({ "layer.0.weight": { shape: [8, 8], value: 0.5 }, "layer.0.bias": { shape: [8], value: 0 } }) } });
    await callJson(server, "POST", "/api/models", { name: "no-version-yet", kind: "text-classifier" });
    await publishWakeWord(server, "old-one");
    await fetch(`${server.address}/api/models/old-one`, { method: "DELETE" });
    await callJson(server, "POST", "/api/storage/verify", { deep: true });
  },
  pages: {
    cards: "/", table: "/?view=table", filter: "/?filter=kind+%3D+%27wake-word%27", mistaken: "/?filter=kind+%3D",
    model: "/models/custom/jarvis", files: "/models/custom/jarvis?tab=files", inside: "/models/default/a-long-name-of-a-detector.with-dots_and-more-than-fits?tab=contents",
    metrics: "/models/custom/jarvis?tab=metrics", history: "/models/custom/jarvis?tab=history", use: "/models/custom/jarvis?tab=use", unborn: "/models/custom/no-version-yet",
    versions: "/models/custom/jarvis/compare?from=1&to=2", two: "/diff?from=jarvis&to=computer", trash: "/trash", storage: "/storage", jobs: "/jobs", events: "/events", nobody: "/models/custom/nobody",
  },
};

const many = {
  name: "many",
  prepare: async (server) => {
    for (let index = 0; index < 120; index++) await callJson(server, "POST", "/api/models", { name: `word-${String(index).padStart(3, "0")}`, kind: index % 3 === 0 ? "detector" : "wake-word" });
  },
  pages: { cards: "/?sort=name", table: "/?sort=name&view=table", events: "/events" },
};

// A dataset is reached by its name, too: its id is another one in each home.
const data = {
  name: "data",
  prepare: async (server) => {
    await trainOn(server, await makeDataset(server, "signs"));
    await addReports(server, "sign-finder");
  },
  pages: { datasets: "/datasets", dataset: "/datasets/signs", slice: "/datasets/signs?slice=held%20out", training: "/models/custom/sign-finder?tab=training", audit: "/audit" },
};

// Of another Weighhouse, which is there until the pictures are taken.
const updates = {
  name: "updates",
  prepare: async (server) => {
    const there = await Server.start(program);
    await publish(there, { name: "noise-canceler", kind: "other", files: { "weights.bin": Buffer.alloc(2_500_000, 7) } });
    await callJson(there, "POST", "/api/models/noise-canceler/versions/1/publications", { channel: "stable", percentage: 100, description: "Takes the hum out of calls", improvements: ["Less hum", "Half the delay"] });
    await callJson(server, "POST", "/api/sources", { name: "acme", kind: "weighhouse", address: there.address });
    await callJson(server, "POST", "/api/updates/check", {});
    return () => there.stop();
  },
  pages: { sources: "/updates", dialog: "/updates?dialog=open" },
};

const kScenes = [
  empty,
  few,
  data,
  updates,
  many,
  { name: "refused", before: refuse, pages: { list: "/", model: "/models/custom/jarvis", storage: "/storage", trash: "/trash" } },
  { name: "late", before: holdBack, pages: { cards: "/", table: "/?view=table", model: "/models/custom/jarvis", storage: "/storage" } },
  { name: "locked", options: ["--tokens-on-loopback"], pages: { list: "/" } },
];

// In a page of its own: a picture made small, as WebP, and how much it differs from another one.
const kMakeSmall = async ([png, quarter]) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(Math.round(image.width / quarter), Math.round(image.height / quarter));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.filter = "blur(1px)";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.6 });
  return [...new Uint8Array(await blob.arrayBuffer())];
};
const kDifference = async ([one, other, visible]) => {
  const pixels = async (url) => {
    const image = await createImageBitmap(await (await fetch(url)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.filter = "blur(2px)";
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    if ([0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > visible)) different += 1;
  }
  return different / (a.data.length / 4);
};

const dataUrl = (type, bytes) => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

const isWanted = (name) => words.every((word) => name.includes(word));

async function takeScene(browser, desk, scene, failures) {
  const names = Object.keys(scene.pages).flatMap((title) => Object.keys(kLooks).map((look) => `${scene.name}-${title}-${look}`));
  if (!names.some(isWanted)) return;
  const server = await Server.start(program, scene.options);
  let end;
  try {
    end = await scene.prepare?.(server);
    for (const [look, how] of Object.entries(kLooks)) {
      const page = await openPage(browser, server, how);
      await scene.before?.(page);
      for (const [title, path] of Object.entries(scene.pages)) {
        const name = `${scene.name}-${title}-${look}`;
        if (!isWanted(name)) continue;
        await page.goto(server.address + path);
        await page.locator(scene.before === holdBack ? "main" : "main:not([aria-busy]) h1").waitFor();
        await page.waitForTimeout(500);
        const png = await page.screenshot({ path: `${taken}/${name}.png`, caret: "hide" });
        const small = await desk.evaluate(kMakeSmall, [dataUrl("image/png", png), kQuarter]);
        const known = `${accepted}/${name}.webp`;
        if (process.env.ACCEPT === "1") await writeFile(known, Buffer.from(small));
        else if (!existsSync(known)) failures.push(`${name}: there is no accepted picture`);
        else {
          const share = await desk.evaluate(kDifference, [dataUrl("image/webp", small), dataUrl("image/webp", await readFile(known)), kVisible]);
          console.log(`${share > kTolerated ? "DIFFERS" : "ok     "} ${name} ${(share * 100).toFixed(2)} %`);
          if (share > kTolerated) failures.push(`${name}: ${(share * 100).toFixed(1)} % of it look different`);
        }
      }
      await page.context().close();
    }
  } finally {
    await server.stop();
    await end?.();
  }
}

if (!hasBrowser()) {
  console.log("skipped: no chromium at /usr/bin/chromium (Debian: apt install chromium; elsewhere set CHROMIUM)");
  process.exit(77);
}
await mkdir(taken, { recursive: true });
await mkdir(accepted, { recursive: true });
const browser = await launchBrowser();
const desk = await browser.newPage();
const failures = [];
for (const scene of kScenes) await takeScene(browser, desk, scene, failures);
await browser.close();
console.log(failures.length === 0 ? "every picture looks as the accepted one" : `\n${failures.join("\n")}\nThe pictures are in ${taken}. Where they are right: ACCEPT=1.`);
process.exit(failures.length === 0 ? 0 : 1);
