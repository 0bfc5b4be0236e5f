// Compresses what Vite built, writes the list of it, and holds the weight of the first load to its budget.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";

const kFirstLoadBudget = 60 * 1024;
const out = process.argv[2] ?? process.env.WEIGH_WEB_OUT ?? "dist";

async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
  return (await Promise.all(nested)).flat();
}

const files = (await filesBelow(out))
  .filter((path) => !path.endsWith(".gz") && !path.endsWith("assets.txt"))
  .map((path) => relative(out, path).split(sep).join("/"))
  .sort();

const sizes = new Map();
for (const name of files) {
  const bytes = gzipSync(await readFile(join(out, name)), { level: 9 });
  sizes.set(name, bytes.length);
  await writeFile(join(out, `${name}.gz`), bytes);
}
await writeFile(join(out, "assets.txt"), files.map((name) => `${name}\n`).join(""));

const page = await readFile(join(out, "index.html"), "utf8");
const first = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]);
const weight = first.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
console.log(`first load: ${(weight / 1024).toFixed(1)} KiB of compressed script in ${first.length} file(s), budget ${kFirstLoadBudget / 1024} KiB`);
if (weight > kFirstLoadBudget) {
  console.error("The first load is over its budget: move something behind a dynamic import.");
  process.exit(1);
}
