// On a phone: one column, the sidebar as a sheet, nothing that scrolls sideways.
import assert from "node:assert/strict";
import { fixture, scenario } from "../support/scenario.mjs";

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const files = [fixture("chatgpt.json"), fixture("claude.json"), fixture("hostile.json")];

/** A browser zooms out on what is too wide, so the width of the screen is not what the page says it is. */
async function fitsTheWidth(page, what) {
  const { content, wide } = await page.evaluate((width) => {
    const isIn = (element, scroller) => element.closest(scroller) !== null;
    return {
      content: Math.max(document.scrollingElement.scrollWidth, innerWidth),
      // What sticks out, for the message; what lies in a scroller of its own is no trouble.
      wide: [...document.querySelectorAll("main *, .topbar *, dialog[open] *")]
        .filter((element) => element.getBoundingClientRect().right > width + 1 && !isIn(element, ".activity, pre, table"))
        .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`)
        .slice(0, 8),
    };
  }, phone.viewport.width);
  assert.ok(content <= phone.viewport.width, `${what}: ${content} px on a screen of ${phone.viewport.width} px: ${wide.join(", ")}`);
}

scenario("on a phone nothing scrolls sideways", { ...phone, files }, async (scene) => {
  const { page, modal, lines } = scene;
  await scene.visit("/");
  await fitsTheWidth(page, "library");
  const addresses = await lines.evaluateAll((all) => all.map((line) => line.getAttribute("href")));
  assert.equal(addresses.length, 4);
  for (const address of addresses) {
    await scene.visit(address);
    await fitsTheWidth(page, `conversation ${await page.title()}`);
  }
  await scene.visit("/new");
  await fitsTheWidth(page, "new conversation");
  await scene.visit("/search?q=the");
  await page.locator("mark").first().waitFor();
  await fitsTheWidth(page, "search");
  await page.getByRole("button", { name: "Conversations", exact: true }).tap();
  await scene.openImport();
  await fitsTheWidth(page, "import");
  await scene.choose(files);
  await modal.locator(".found").waitFor();
  await fitsTheWidth(page, "import preview");
  await modal.getByRole("button", { name: "All", exact: true }).tap();
  await scene.store();
  await fitsTheWidth(page, "import report");
  await scene.visit("/imports");
  await page.locator(".batch").first().waitFor();
  await fitsTheWidth(page, "imports");
});

scenario("on a phone the first run fits the screen", phone, async (scene) => {
  await scene.visit("/");
  await fitsTheWidth(scene.page, "first run");
});

scenario("on a phone the sidebar is a sheet that opens and closes", { ...phone, files }, async (scene) => {
  const { page, lines } = scene;
  const sheet = page.locator("#sidebar");
  const open = () => page.getByRole("button", { name: "Conversations", exact: true }).tap();
  await scene.visit("/");
  assert.equal(await sheet.isVisible(), false);
  await open();
  await sheet.waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  await open();
  await sheet.waitFor();
  await page.touchscreen.tap(380, 500);
  await sheet.waitFor({ state: "hidden" });
  await open();
  await lines.filter({ hasText: "leak" }).tap();
  await page.waitForURL(/\/c\//);
  await sheet.waitFor({ state: "hidden" });
  await page.getByText("a new washer is enough").waitFor();
});

scenario("on a phone without JavaScript the sheet opens as well", { ...phone, files, javaScriptEnabled: false }, async ({ page, lines }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Conversations", exact: true }).tap();
  await lines.filter({ hasText: "leak" }).tap();
  await page.waitForURL(/\/c\//);
  assert.match(await page.getByRole("main").innerText(), /a new washer is enough/);
});

scenario("on a phone every button and link of the frame is large enough for a finger", { ...phone, files }, async (scene) => {
  const { page } = scene;
  await scene.visit("/new");
  const small = await page.evaluate(() =>
    [...document.querySelectorAll(".topbar button, .topbar a.button, .composer button")]
      .map((element) => ({ label: element.getAttribute("aria-label"), ...element.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width < 44 || height < 44)
      .map(({ label, width, height }) => `${label}: ${width} × ${height}`),
  );
  assert.deepEqual(small, []);
});
