// The real program with a home of its own, and a browser in front of it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants, copyFile, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeMicrophone } from "./microphone.mjs";

const fromWeb = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = fromWeb("playwright-core");
const axeSource = readFileSync(fromWeb.resolve("axe-core/axe.min.js"), "utf8");

const kChromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const kPatienceMs = 20_000;
// A sanitized program on a busy machine is a long time in reading itself.
const kStartMs = 60_000;

export const hasBrowser = () => existsSync(kChromium);

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// Stories tell of the models they bring themselves, without what ships with the program.
process.env.WEIGH_SHIPPED ??= "0";

export class Server {
  constructor(program, home, port) {
    Object.assign(this, { program, home, port, log: "", process: undefined });
  }

  // `database` is a file that the home begins with: a registry made beforehand.
  static async start(program, options = [], database = undefined) {
    const server = new Server(program, await mkdtemp(join(tmpdir(), "weigh-browser-")), await freePort());
    try {
      if (database) await copyFile(database, join(server.home, "weighhouse.db"), constants.COPYFILE_FICLONE);
      await server.run(options);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  get library() {
    return join(this.home, "models");
  }

  async run(options = []) {
    this.options = options;
    this.process = spawn(this.program, ["--home", this.home, "serve", "--listen", `127.0.0.1:${this.port}`, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (text) => (this.log += text));
    await until("the server answers", async () => {
      if (this.process.exitCode !== null) throw new Error(`weigh serve ended with ${this.process.exitCode}:\n${this.log}`);
      return (await fetch(`${this.address}/health`).catch(() => undefined))?.ok;
    }, kStartMs);
  }

  // Runs a command of `weigh` on this home and answers with what it printed.
  command(...words) {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, ["--home", this.home, ...words], { stdio: ["ignore", "pipe", "pipe"], timeout: kPatienceMs });
      let out = "";
      let err = "";
      child.stdout.on("data", (text) => (out += text));
      child.stderr.on("data", (text) => (err += text));
      child.on("close", (code) => (code === 0 ? resolve(out.trim()) : reject(new Error(`weigh ${words.join(" ")} ended with ${code}: ${err}`))));
    });
  }

  async kill(signal = "SIGTERM") {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill(signal);
    const tooLong = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(tooLong);
  }

  async stop() {
    await this.kill();
    await rm(this.home, { recursive: true, force: true });
  }
}

export async function until(what, check, patience = kPatienceMs) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Waited ${patience / 1000} s in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const launchBrowser = () =>
  chromium.launch({
    executablePath: kChromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${fakeMicrophone()}`],
  });

// A page that collects what no story may cause: exceptions, refusals of the content policy, requests elsewhere.
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(kPatienceMs);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) page.faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address) && !request.url().startsWith(`blob:${server.address}`)) page.faults.push(`a request left the server: ${request.url()}`);
  });
  return page;
}

// Axe runs in a world of its own, which the page's content policy does not reach.
export async function checkAccessibility(page) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
  await session.send("Runtime.evaluate", { expression: axeSource, contextId: executionContextId });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => v.id + ": " + v.help + "\\n    " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join("\\n    ")))`,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails) throw new Error(`axe failed: ${exceptionDetails.text}`);
  if (result.value.length > 0) throw new Error(`axe found on ${page.url()}:\n  ${result.value.join("\n  ")}`);
}
