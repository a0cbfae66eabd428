// The app as it is when it is installed: without the server, from one build to the next, and with what the system hands over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Front } from "../support/later_build.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";

const allowed = { serviceWorkers: "allow" };
const OFFLINE = "The server cannot be reached";

/** Visits a page twice: the service worker that the first visit brings looks after the second. */
async function visitWithServiceWorker(scene, address) {
  await scene.visit(address);
  await scene.page.evaluate(() => navigator.serviceWorker.ready);
  await until("the service worker is active", () => scene.page.evaluate(async () => (await navigator.serviceWorker.ready).active.state === "activated"));
  await scene.reload();
  assert.equal(await scene.page.evaluate(() => Boolean(navigator.serviceWorker.controller)), true);
}

scenario("it can be installed", allowed, async (scene) => {
  await scene.visit("/");
  const client = await scene.context.newCDPSession(scene.page);
  const { url, errors, data } = await client.send("Page.getAppManifest");
  assert.equal(new URL(url).pathname, "/manifest.webmanifest");
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await client.send("Page.getInstallabilityErrors");
  // A page in a context like that of a private window cannot be installed, whatever its manifest says.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  const manifest = JSON.parse(data);
  for (const { src, sizes, type } of [...manifest.icons, ...manifest.screenshots]) {
    const response = await fetch(new URL(src, scene.server.url));
    assert.equal(response.status, 200, src);
    assert.equal(response.headers.get("content-type"), type, src);
    if (sizes === "any") continue;
    const size = await scene.page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    assert.equal(size, sizes, src);
  }
});

scenario("without the server a page says so, and comes back with it", { ...allowed, files: [fixture("chatgpt.json")] }, async (scene) => {
  const { page, server, watch, lines } = scene;
  watch.expectConsole(/WebSocket connection|ERR_CONNECTION_REFUSED/);
  watch.expectFailure(/ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_FAILED/);
  await visitWithServiceWorker(scene, "/");
  await lines.filter({ hasText: "Bread" }).click();
  await page.waitForURL(/\/c\//);
  const address = page.url();
  await server.stop();
  await page.reload();
  await page.getByText(OFFLINE).waitFor();
  assert.notEqual(await page.locator("main").evaluate((main) => getComputedStyle(main).maxInlineSize), "none", "it has its style");
  // Files of the build are there, and nothing that anybody said.
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = (await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))).flat();
    return { names: names.length, paths: requests.map(({ url }) => new URL(url).pathname) };
  });
  assert.equal(kept.names, 1);
  assert.ok(kept.paths.some((path) => path.endsWith(".wasm")) && kept.paths.includes("/offline.html"), kept.paths.join(" "));
  assert.deepEqual(kept.paths.filter((path) => !/^\/((pkg|worker|copy|icons)\/|[^/]+\.(svg|js|html|webmanifest)$)/.test(path)), []);
  await server.startAgain();
  await page.getByText(OFFLINE).waitFor({ state: "hidden" });
  await page.locator("article.turn").first().waitFor();
  assert.equal(page.url(), address);
});

scenario("without the server a page says so in the language that it had", { ...allowed, locale: "de-DE" }, async (scene) => {
  const { page, server, watch } = scene;
  watch.expectConsole(/WebSocket connection|ERR_CONNECTION_REFUSED/);
  watch.expectFailure(/ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_FAILED/);
  await visitWithServiceWorker(scene, "/");
  await page.evaluate(() => localStorage.setItem("copy:keep", "none"));
  await server.stop();
  await page.reload();
  await page.getByRole("heading", { name: "Der Server ist nicht erreichbar" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await server.startAgain();
  await page.getByRole("heading", { name: "Hol deine Unterhaltungen nach Hause" }).waitFor();
});

let front;
const behindFront = { ...allowed, serve: async () => ["--allow-host", (front = await Front.start()).host] };

scenario("a new build waits, asks, and is never mixed with the one before", behindFront, async (scene) => {
  const { page, context, watch } = scene;
  front.before(scene.server);
  watch.expectHost(front.host);
  const scriptOf = (page) => page.locator("link[rel=modulepreload]").getAttribute("href");
  const files = { name: "chatgpt.json", mimeType: "application/json", buffer: readFileSync(fixture("chatgpt.json")) };
  try {
    await visitWithServiceWorker(scene, front.url);
    const other = await context.newPage();
    await scene.visit(`${front.url}/new`, other);
    const first = await scriptOf(page);
    front.isLater = true;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    for (const tab of [page, other]) await tab.getByText("Update ready").waitFor();
    assert.equal(await scriptOf(page), first, "nothing happens before somebody asks for it");
    await page.getByRole("button", { name: "Load it" }).click();
    await page.waitForFunction((first) => document.querySelector("link[rel=modulepreload]")?.getAttribute("href") !== first, first);
    await page.getByText("Update ready").waitFor({ state: "hidden" });

    // The other tab is of the build before, and goes on: its worker is still there.
    assert.equal(await scriptOf(other), first);
    await other.locator("#sidebar").getByRole("button", { name: "Import", exact: true }).click();
    await other.getByRole("dialog", { name: "Import" }).locator("input[type=file]:not([webkitdirectory])").setInputFiles(files);
    await other.getByRole("dialog", { name: "Import" }).getByText("Bread on Sunday").waitFor();
    await other.getByRole("dialog", { name: "Import" }).getByRole("button", { name: "Close" }).click();
    await other.getByRole("button", { name: "Load it" }).click();
    await other.waitForFunction((first) => document.querySelector("link[rel=modulepreload]")?.getAttribute("href") !== first, first);
    assert.equal(await other.evaluate(async () => (await caches.keys()).length), 2, "the latest before is kept");
  } finally {
    front.stop();
  }
});

scenario("the kill switch takes away what was kept, and the app goes on", behindFront, async (scene) => {
  const { page, watch } = scene;
  front.before(scene.server);
  watch.expectHost(front.host);
  try {
    await visitWithServiceWorker(scene, front.url);
    assert.equal(await page.evaluate(async () => (await caches.keys()).length), 1);
    front.isKeptByNobody = true;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await until("nothing is kept", () => page.evaluate(async () => (await caches.keys()).length === 0));
    await scene.reload();
    assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
  } finally {
    front.stop();
  }
});

scenario("a page that takes long is waited for as long as the server is there", behindFront, async (scene) => {
  const { page, watch } = scene;
  front.before(scene.server);
  watch.expectHost(front.host);
  try {
    await visitWithServiceWorker(scene, front.url);
    front.isSlow = true;
    await page.goto(`${front.url}/new`);
    await page.getByLabel("Message", { exact: true }).waitFor();
    assert.equal(front.isSlow, false, "it was asked whether the server is there");
  } finally {
    front.stop();
  }
});

scenario("a file that is shared is imported, and words that are shared go under the draft", allowed, async (scene) => {
  const { page, modal } = scene;
  await visitWithServiceWorker(scene, "/new");
  const message = page.getByLabel("Message", { exact: true });
  await message.fill("What I was writing");
  /** As the system does it for an installed app: a form is posted. */
  const share = (words, file) =>
    page.evaluate(
      ([words, file]) => {
        const form = Object.assign(document.createElement("form"), { action: "/share", method: "post", enctype: "multipart/form-data" });
        const field = (name, type) => form.appendChild(Object.assign(document.createElement("input"), { name, type }));
        for (const [name, word] of Object.entries(words)) field(name, "text").value = word;
        if (file) {
          const transfer = new DataTransfer();
          transfer.items.add(new File([file], "conversations.json", { type: "application/json" }));
          field("files", "file").files = transfer.files;
        }
        document.body.append(form);
        form.submit();
      },
      [words, file],
    );
  await share({ title: "A page", text: "<b>worth</b> reading", url: "https://example.org/" });
  await page.waitForURL(/\/new$/);
  await until("the words are in the draft", async () => (await message.inputValue()).includes("worth"));
  assert.equal(await message.inputValue(), "What I was writing\n\nA page\n<b>worth</b> reading\nhttps://example.org/");

  await share({}, readFileSync(fixture("chatgpt.json"), "utf8"));
  await modal.getByText("Bread on Sunday").waitFor();
  assert.equal(new URL(page.url()).search, "");
  await scene.store();
});

scenario("a share that is lost on its way says so", allowed, async (scene) => {
  await visitWithServiceWorker(scene, "/");
  const said = scene.page.waitForEvent("dialog").then(async (dialog) => {
    await dialog.accept();
    return dialog.message();
  });
  await scene.page.goto("/new?share=unknown");
  assert.match(await said, /did not arrive, and nothing was stored/);
});
