// What one does with a long list, on the few models of the normal run and on a prepared registry
// (WEIGH_BROWSER_DATABASE): the same story, so that a million models are held to what ten are.
import assert from "node:assert/strict";
import { until } from "../harness.mjs";
import { callJson, publishWakeWord } from "../fixtures.mjs";

const kPageLength = 100;
const kMostPages = 40;
const kRowHeight = 53;
const kPatienceMs = 60_000;

const titles = (page) => page.locator("[data-main]").allTextContents();
const api = async (server, query) => (await fetch(`${server.address}/api/models?${new URLSearchParams(query)}`)).json();

async function pagesOf(server, query, most) {
  const names = [];
  let cursor;
  for (let turn = 0; turn < most; turn++) {
    const page = await api(server, { ...query, length: kPageLength, ...(cursor ? { cursor } : {}) });
    names.push(...page.models.map((model) => model.name));
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return names;
}

const kRow = (index) => `.virtual-item[data-index="${index}"] [data-main]`;
const rowCount = async (page) => Number(await page.locator(".virtual-item").last().getAttribute("data-index")) + 1;

// The End key, again and again, until enough have come; then to the last one that is wanted.
async function goFar(page, wanted) {
  await until(`${wanted} rows are here`, async () => {
    await page.keyboard.press("End");
    return (await rowCount(page)) >= wanted;
  }, kPatienceMs);
  await page.evaluate(([index, height]) => {
    const top = document.querySelector(".virtual").getBoundingClientRect().top + window.scrollY;
    window.scrollTo(0, top + index * height - window.innerHeight / 2);
  }, [wanted - 1, kRowHeight]);
  await page.locator(kRow(wanted - 1)).waitFor();
}

async function walk({ server, page }) {
  const { total } = await api(server, { length: 1 });
  await page.goto(`${server.address}/?sort=name&view=table`);
  await page.getByRole("heading", { level: 1, name: new RegExp(`^Models ${total.toLocaleString("en").replaceAll(",", "\\s")}$`) }).waitFor();
  const names = await pagesOf(server, { order_by: "name" }, kMostPages);
  const far = names.length;
  await goFar(page, far);
  assert.equal(await page.locator(kRow(far - 1)).textContent(), names[far - 1], "the row is the one that the API gives in this place");
  const drawn = await page.locator(".virtual-item").count();
  assert.ok(drawn < 60, `${drawn} rows are drawn at once`);

  // Back from the far end: the first pages were let go and come again.
  await until("the top is reached", async () => {
    await page.keyboard.press("Home");
    return page.evaluate(() => window.scrollY === 0);
  });
  await page.locator(kRow(0)).getByText(names[0], { exact: true }).waitFor();

  // A model from the middle, and back to the same place.
  await goFar(page, far);
  const place = await page.evaluate(() => window.scrollY);
  await page.locator(kRow(far - 2)).click();
  await page.getByRole("heading", { level: 1, name: names[far - 2] }).waitFor();
  await page.goBack();
  await page.locator(kRow(far - 2)).getByText(names[far - 2], { exact: true }).waitFor();
  assert.ok(Math.abs((await page.evaluate(() => window.scrollY)) - place) < 100, "back leads to the same place");
}

async function narrow({ server, page }) {
  const [last] = (await api(server, { order_by: "-name", length: 1 })).models;
  await page.goto(`${server.address}/?sort=name&view=table`);
  await page.locator(kRow(0)).waitFor();
  const plain = page.url();

  const search = page.getByRole("searchbox", { name: "Search models" });
  await search.pressSequentially(last.name, { delay: 20 });
  await until("only what was typed is listed", async () => {
    const found = await titles(page);
    return found.length > 0 && found.every((title) => title.includes(last.name));
  });
  const wanted = (await api(server, { search: last.name, order_by: "name", length: kPageLength })).models.map((model) => model.name);
  assert.deepEqual((await titles(page)).slice(0, 10), wanted.slice(0, 10));
  assert.equal(new URL(page.url()).searchParams.get("search"), last.name);
  await search.fill("");
  await until("everything is back", async () => page.url() === plain && (await page.locator(".virtual-item").count()) >= Math.min(10, wanted.length));

  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.locator(kRow(0)).getByText(last.name, { exact: true }).waitFor();
  const sorted = page.url();
  await page.getByRole("button", { name: "Custom", exact: true }).click();
  const [custom] = (await api(server, { type: "custom", order_by: "-name", length: 1 })).models;
  await until("the last custom one leads", async () => (await titles(page))[0] === custom.name && page.url() !== sorted);
  const both = page.url();
  await page.goBack();
  await until("the order alone", async () => page.url() === sorted && (await titles(page))[0] === last.name);
  await page.goForward();
  await until("order and type again", async () => page.url() === both && (await titles(page))[0] === custom.name);
  await page.reload();
  await until("the same after a reload", async () => page.url() === both && (await titles(page))[0] === custom.name);

  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByLabel("Filter", { exact: true }).fill("kind = 'wake-word'");
  await page.getByRole("button", { name: "Apply" }).click();
  const kept = (await api(server, { type: "custom", filter: "kind = 'wake-word'", order_by: "-name", length: 10 })).models.map((model) => model.name);
  assert.ok(kept.length > 0, "the story needs wake words");
  await until("only wake words", async () => JSON.stringify((await titles(page)).slice(0, kept.length)) === JSON.stringify(kept));
}

async function tenModels(server) {
  for (let index = 0; index < 5; index++) await publishWakeWord(server, `jarvis-${index}`);
  for (let index = 0; index < 5; index++) await callJson(server, "POST", "/api/models", { name: `review-${index}`, kind: "text-classifier" });
}

const prepared = (process.env.WEIGH_BROWSER_DATABASE ?? "").split(":").filter(Boolean);

export const stories = [
  {
    name: "ten models: far down and back, search, order and type, back and forth",
    run: async ({ server, page }) => {
      await tenModels(server);
      await walk({ server, page });
      await narrow({ server, page });
    },
  },
  ...prepared.map((database) => ({
    name: `the models of ${database}: far down and back, search, order and type, back and forth`,
    database,
    options: ["--no-library"],
    run: async ({ server, page }) => {
      await walk({ server, page });
      await narrow({ server, page });
    },
  })),
];
