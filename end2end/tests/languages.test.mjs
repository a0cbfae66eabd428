// The interface speaks the language that is asked for or chosen. A page that hydrates something else than the server has rendered is noticed by the watch.
import assert from "node:assert/strict";
import { fixture, scenario, until } from "../support/scenario.mjs";

const files = [fixture("chatgpt.json"), fixture("claude.json")];

/** Paths of all files with texts that pages of a scene asked for. */
function textsAskedFor(context) {
  const asked = new Set();
  context.on("request", (request) => request.url().includes("/texts/") && asked.add(new URL(request.url()).pathname));
  return asked;
}

/** How far the page is wider than its window, in pixels. */
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

scenario("a German browser gets German pages, and their texts as one file", { files, locale: "de-DE" }, async (scene) => {
  const { page, context } = scene;
  const asked = textsAskedFor(context);
  await scene.visit("/");
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.getByRole("heading", { name: "Bibliothek" }).waitFor();
  assert.match(await page.getByRole("main").innerText(), /3 Unterhaltungen, \d Runden/);
  assert.equal(asked.size, 1);
  assert.match([...asked][0], /^\/texts\/de\.[0-9a-f]{16}\.txt$/);
  // What the page makes by itself speaks German, too.
  await page.locator("#sidebar").getByRole("button", { name: "Importieren", exact: true }).click();
  await page.getByRole("dialog", { name: "Importieren" }).waitFor();
});

scenario("English pages load no texts", { files }, async (scene) => {
  const asked = textsAskedFor(scene.context);
  await scene.visit("/");
  await scene.lines.first().click();
  await scene.lastTurn.waitFor();
  assert.deepEqual([...asked], []);
  assert.equal(await scene.page.locator("html").getAttribute("dir"), "ltr");
});

scenario("a language that is chosen stays chosen, whatever the browser asks for", { files }, async (scene) => {
  const { page } = scene;
  await scene.visit("/settings");
  await page.getByRole("group", { name: "Language" }).getByRole("button", { name: "Deutsch" }).click();
  await page.locator("html[lang=de]").waitFor({ state: "attached" });
  assert.equal(new URL(page.url()).pathname, "/settings");
  await scene.visit("/search?q=Kythnos");
  await page.getByText("1 Runde in 1 Unterhaltung").waitFor();
  await scene.visit("/settings");
  const chosen = page.getByRole("group", { name: "Sprache" }).locator("[aria-current]");
  assert.equal(await chosen.innerText(), "Deutsch");
  await page.getByRole("group", { name: "Sprache" }).getByRole("button", { name: "English" }).click();
  await page.locator("html[lang=en]").waitFor({ state: "attached" });
});

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

for (const [what, size] of [["a wide window", {}], ["a phone", phone]]) {
  scenario(`Arabic runs from right to left in ${what}, and nothing is wider than the window`, { files, locale: "ar-EG", ...size }, async (scene) => {
    const { page, lines } = scene;
    for (const address of ["/", "/new", "/search?q=Kythnos", "/conversations", "/trash", "/ratings", "/imports", "/settings", "/keys", "/nowhere-at-all"]) {
      if (address === "/nowhere-at-all") scene.watch.expectStatus(404, /^\/nowhere/);
      await scene.visit(address);
      assert.equal(await page.locator("html").getAttribute("dir"), "rtl", address);
      assert.ok((await overflow(page)) <= 0, `${address} is ${await overflow(page)} px too wide`);
    }
    await scene.visit("/");
    if (size === phone) await page.getByRole("button", { name: "المحادثات", exact: true }).tap();
    // The sheet slides in from the right.
    await until("the sidebar stands at the right", async () => {
      const sidebar = await page.locator("#sidebar").boundingBox();
      return Math.round(sidebar.x + sidebar.width) === (size === phone ? 390 : 1280);
    });
    await lines.filter({ hasText: "Bread" }).click();
    await scene.lastTurn.waitFor();
    assert.ok((await overflow(page)) <= 0);
    // Code runs as it is written, whatever is around it.
    assert.equal(await page.locator("pre code").first().evaluate((code) => getComputedStyle(code).direction), "ltr");
  });
}

scenario("without JavaScript a page speaks the language of the browser, and another one is chosen by a form", { files, locale: "de-DE", javaScriptEnabled: false }, async ({ page }) => {
  await page.goto("/settings");
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.getByRole("button", { name: "العربية" }).click();
  await page.locator("html[dir=rtl]").waitFor({ state: "attached" });
  await page.goto("/");
  assert.match(await page.getByRole("main").innerText(), /المكتبة/);
});

scenario("before anything is there the first page offers the languages", {}, async (scene) => {
  const { page } = scene;
  await scene.visit("/");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Hol deine Unterhaltungen nach Hause" }).waitFor();
});
