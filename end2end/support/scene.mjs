// A server and a page that looks at it and is watched, with what tests do on it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { browser } from "./browser.mjs";
import { here } from "./server.mjs";
import { Watch } from "./watch.mjs";

/** How long anything may take before a test gives up, in milliseconds. Generous: builds run beside the tests on small machines. */
export const PATIENCE = 30_000;

const DESKTOP = { width: 1280, height: 800 };

/** What a test gets. */
export class Scene {
  /** Opens a context in the browser that looks at the server. */
  static async open({ server, ...options } = {}) {
    const scene = new Scene();
    scene.server = server;
    scene.context = await (await browser()).newContext({
      viewport: DESKTOP,
      // Far from the server's clock: a page that shows local times before it is alive is noticed.
      timezoneId: "Asia/Kolkata",
      locale: "en-GB",
      baseURL: server.url,
      // What tests hold back or answer themselves must not pass it; the tests that are about it allow it.
      serviceWorkers: "block",
      ...options,
    });
    scene.context.setDefaultTimeout(PATIENCE);
    scene.watch = new Watch(scene.context, server.host);
    scene.watch.expectConsole(/^Service Worker registration blocked by Playwright/);
    // Without JavaScript Chromium refuses to fetch the page's module and reports that as the policy's doing.
    if (options.javaScriptEnabled === false) scene.watch.expectFailure(/^csp$/);
    scene.page = await scene.context.newPage();
    return scene;
  }

  get data() {
    return this.server.data;
  }

  /** Goes to an address and waits until the page is alive: its websocket, which it opens by itself, has brought something. */
  async visit(address, page = this.page) {
    await Promise.all([isAlive(page), page.goto(address)]);
  }

  /** Loads the page again and waits until it is alive. */
  async reload(page = this.page) {
    await Promise.all([isAlive(page), page.reload()]);
  }

  /** The HTML that the server sends for a path, as a program without JavaScript gets it. */
  async html(path) {
    const response = await fetch(new URL(path, this.server.url), { headers: { accept: "text/html" } });
    assert.equal(response.status, 200, path);
    return response.text();
  }

  /** The lines of the sidebar. */
  get lines() {
    return this.page.locator("a.conversation-line");
  }

  /** The import modal. */
  get modal() {
    return this.page.getByRole("dialog", { name: "Import" });
  }

  /** Opens the import modal from the sidebar. */
  async openImport() {
    await this.page.locator("#sidebar").getByRole("button", { name: "Import", exact: true }).click();
    await this.modal.waitFor();
  }

  /** Gives files to the open import modal: paths, or `{ name, mimeType, buffer }`, or some of each. */
  async choose(chosen) {
    const asBuffer = (file) => (typeof file === "string" ? { name: path.basename(file), mimeType: "", buffer: readFileSync(file) } : file);
    const isMixed = Array.isArray(chosen) && chosen.some((file) => typeof file === "string") && chosen.some((file) => typeof file !== "string");
    const files = isMixed ? chosen.map(asBuffer) : chosen;
    await this.modal.locator("input[type=file]:not([webkitdirectory])").setInputFiles(files);
  }

  /** Stores what is chosen in the preview, and waits for the report. */
  async store() {
    await this.modal.getByRole("button", { name: /^Import ([\d\s]+( and the database)?|the database)$/ }).click();
    await this.modal.locator(".headline").waitFor();
  }

  /** The report as numbers: `{ imported: 2 }`. */
  async ledger() {
    const lines = await this.modal.locator(".ledger > div[data-status]").all();
    const entries = lines.map(async (line) => [await line.getAttribute("data-status"), Number((await line.locator("dd").innerText()).replaceAll("\u202f", ""))]);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** The last turn that is shown. */
  get lastTurn() {
    return this.page.locator("article.turn").last();
  }

  /** Writes a message and sends it with Enter. */
  async say(text, page = this.page) {
    await page.getByLabel("Message", { exact: true }).fill(text);
    await page.getByLabel("Message", { exact: true }).press("Enter");
  }
}

/** A page that is left may open its websocket at the last moment, and never hear from it: only those of the next document count. */
async function isAlive(page) {
  let onSocket;
  let onNavigation;
  const alive = new Promise((resolve) => {
    let hasArrived = false;
    onNavigation = (frame) => (hasArrived ||= frame === page.mainFrame());
    onSocket = (socket) => hasArrived && socket.once("framereceived", resolve);
  });
  page.on("framenavigated", onNavigation);
  page.on("websocket", onSocket);
  try {
    await within("the page is alive", alive);
  } finally {
    page.off("framenavigated", onNavigation);
    page.off("websocket", onSocket);
  }
}

/** What `promise` gives, or an error that says what was waited for. */
async function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: waited for ${PATIENCE / 1000} s in vain`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `condition` holds, looking again as soon as the last look is over. For what no event tells: rows in a database. */
export async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what}: waited for ${PATIENCE / 1000} s in vain`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A file of end2end/fixtures. */
export function fixture(name) {
  return path.join(here, "fixtures", name);
}
