// Settings: chosen by a plain form, kept in a cookie, in force from the first byte of a page.
import assert from "node:assert/strict";
import { fixture, scenario } from "../support/scenario.mjs";

const files = [fixture("claude.json")];
const root = (page) => page.evaluate(() => ({ ...document.documentElement.dataset }));
const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

const choose = (page, setting, choice) => page.getByRole("group", { name: setting }).getByRole("radio", { name: choice, exact: true }).check();

async function save(page) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("main").getByRole("button", { name: "Save" }).click()]);
}

scenario("what is chosen is shown at once, kept when it is saved, and in force on every page from its first byte", { files, colorScheme: "light" }, async (scene) => {
  const { page, lines } = scene;
  await scene.visit("/settings");
  const light = await paper(page);
  await choose(page, "Theme", "Dark");
  await page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, light);
  const dark = await paper(page);
  await choose(page, "Letters of messages", "Serif");
  await choose(page, "Width of the text", "Wide");
  await choose(page, "Text size", "Large");
  await choose(page, "Send with", "Ctrl or ⌘ Enter");
  await save(page);
  assert.deepEqual(await root(page), { theme: "dark", face: "serif", size: "large", width: "wide", send: "control" });
  assert.equal(await page.getByRole("group", { name: "Theme" }).getByRole("radio", { name: "Dark" }).isChecked(), true);
  const [cookie] = await scene.context.cookies();
  assert.deepEqual([cookie.name, cookie.path, cookie.sameSite], ["settings", "/", "Lax"]);
  await lines.first().click();
  await page.waitForURL(/\/c\//);
  const prose = page.locator(".answer > .prose").first();
  await prose.waitFor();
  assert.equal(await paper(page), dark);
  assert.match(await prose.evaluate((element) => getComputedStyle(element).fontFamily), /Georgia/);
  const colours = () => page.evaluate(() => [...document.querySelectorAll("meta[name=theme-color]")].map((meta) => matchMedia(meta.media).matches));
  assert.deepEqual(await colours(), [false, true]);
  const away = await scene.context.newPage();
  await away.goto("/offline.html");
  await away.locator("html[data-theme=dark][data-size=large]").waitFor({ state: "attached" });
  await away.close();
  await scene.reload();
  assert.equal(await paper(page), dark);
  // Enter is a new line now, and Ctrl Enter sends.
  const message = page.getByLabel("Message", { exact: true });
  await message.fill("one");
  await message.press("Enter");
  assert.equal(await message.inputValue(), "one\n");
  await message.press("Control+Enter");
  await page.locator(".question").filter({ hasText: "one" }).waitFor();
  assert.equal(await message.inputValue(), "");
  await page.locator('article.turn[aria-busy="true"]').waitFor({ state: "detached" });
});

scenario("without JavaScript settings are chosen as well", { files, javaScriptEnabled: false, colorScheme: "light" }, async ({ page }) => {
  await page.goto("/settings");
  await choose(page, "Theme", "Dark");
  await page.getByRole("main").getByRole("button", { name: "Save" }).click();
  await page.locator("html[data-theme=dark]").waitFor({ state: "attached" });
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(await page.locator("meta[name=color-scheme]").getAttribute("content"), "dark");
  await choose(page, "Theme", "System");
  await page.getByRole("main").getByRole("button", { name: "Save" }).click();
  await page.locator("html:not([data-theme])").waitFor();
});

scenario("a value that nobody can choose is refused, and a cookie with one is read without it", { files }, async ({ page, context, server }) => {
  const headers = { origin: server.url, accept: "application/json" };
  const answer = await page.request.post("/api/fn/settings", { form: { theme: "dark", size: '"><script>' }, headers });
  assert.equal(answer.ok(), false);
  assert.match(await answer.text(), /no such setting/);
  assert.deepEqual(await context.cookies(), []);
  await context.addCookies([{ name: "settings", value: "theme=%22><b>&width=wide", url: server.url }]);
  await page.goto("/settings");
  assert.deepEqual(await root(page), { width: "wide" });
});
