// Pictures of every view: wide and narrow, light and dark.
//
//   node end2end/screenshots.mjs [FOLDER]     FOLDER: end2end/out/screenshots if not said
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { closeBrowser } from "./support/browser.mjs";
import { fill, state } from "./support/copies.mjs";
import { ModelServer } from "./support/model_server.mjs";
import { PNG, chatgpt, withPictures } from "./support/exports.mjs";
import { Scene, fixture, until } from "./support/scene.mjs";
import { Server, command, dataFolder, here } from "./support/server.mjs";
import { zip } from "./support/zip.mjs";

const folder = path.resolve(process.argv[2] ?? path.join(here, "out", "screenshots"));
mkdirSync(folder, { recursive: true });

const SIZES = {
  wide: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

const STORY = `A lighthouse keeper counts ships the way others count sheep. Three things help:

1. a **log** with the hour of each light,
2. a kettle that never quite boils,
3. somebody to tell it to.

\`\`\`rust
fn passed(ships: &[Ship]) -> usize {
    ships.iter().filter(|ship| ship.light`;

/** All views of one size and theme. */
async function pictures(size, colorScheme) {
  const model = await ModelServer.start();
  const server = await Server.start({ options: ["--open-ai-url", model.url] });
  const scene = await Scene.open({ server, ...SIZES[size], colorScheme });
  const { page, modal, lines } = scene;
  const shoot = (view, from = page) => from.screenshot({ path: path.join(folder, `${view}-${size}-${colorScheme}.png`) });
  const openImport = async () => {
    if (size === "narrow") await page.getByRole("button", { name: "Conversations", exact: true }).tap();
    await scene.openImport();
  };
  const setMode = (mode) => page.request.post("/api/fn/mode", { form: { mode }, headers: { origin: server.url } });

  await scene.visit("/");
  await shoot("first-run");

  await openImport();
  await shoot("import");
  const file = (name, buffer) => ({ name, mimeType: "application/json", buffer });
  const exports = ["chatgpt.json", "claude.json"].map((name) => file(name, readFileSync(fixture(name))));
  const pictures = zip({ "conversations.json": withPictures(["file-Sea1", "file-Gone1"]), "file-Sea1-sea.png": PNG });
  await scene.choose([...exports, file("holiday.json", Buffer.alloc(0)), file("pictures.zip", pictures)]);
  await modal.locator(".lines li").first().waitFor();
  await shoot("import-preview");
  await scene.store();
  await modal.locator(".lines li").first().waitFor();
  await shoot("import-report");
  await modal.locator(".lines").getByRole("link", { name: "Pictures of the sea" }).click();
  await page.locator(".picture img").waitFor();
  await shoot("conversation-with-pictures");
  await openImport();
  await scene.choose(file("letters.json", chatgpt(20_000)));
  await modal.locator(".lines li").first().waitFor();
  await shoot("import-preview-large");
  let letGo;
  let saves = 0;
  const held = new Promise((resolve) => (letGo = resolve));
  await scene.context.route("**/api/fn/import_save", async (route) => {
    saves += 1;
    if (saves === 20) await held;
    await route.continue();
  });
  await modal.getByRole("button", { name: /^Import 20/ }).click();
  await until("half of it is stored", () => saves === 20);
  await shoot("import-progress");
  letGo();
  await modal.locator(".headline").waitFor();
  await shoot("import-report-large");
  await scene.context.unroute("**/api/fn/import_save");
  await scene.visit("/imports");
  await page.locator(".batch").first().waitFor();
  await shoot("imports");

  await scene.visit("/new");
  await page.locator("select.model-selector").waitFor();
  await shoot("new-chat");
  await scene.say("What does a lighthouse keeper do all night?");
  const answer = await model.asked();
  answer.say(STORY);
  await page.locator(".answer pre code").getByText("ship.light").waitFor();
  await shoot("answer-in-the-middle");
  answer.end();
  await page.locator('article.turn[aria-busy="false"]').waitFor();

  await setMode("demo");
  await scene.visit("/");
  await shoot("library");
  if (size === "narrow") {
    await page.getByRole("button", { name: "Conversations", exact: true }).tap();
    await shoot("sidebar");
    await page.keyboard.press("Escape");
  }
  const address = await lines.first().getAttribute("href");
  await scene.visit(address);
  await page.locator("select.model-selector").waitFor();
  await shoot("conversation");
  await page.getByRole("button", { name: "Instructions" }).click();
  await page.locator("#system-prompt").waitFor();
  await shoot("system-prompt");
  const word = (await page.locator(".question .prose").first().innerText()).match(/\p{L}{5,}/u)[0];
  await scene.visit(`/search?q=${encodeURIComponent(word)}`);
  await shoot("search");

  for (const view of ["conversations", "archive", "trash", "ratings", "settings", "keys"]) {
    await scene.visit(`/${view}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await shoot(view);
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await shoot("palette");
  await page.keyboard.press("Escape");

  const plain = await Scene.open({ server, ...SIZES[size], colorScheme, javaScriptEnabled: false });
  // The demo belongs to the browser's session.
  await plain.context.addCookies(await scene.context.cookies());
  await plain.page.goto(address);
  await shoot("conversation-without-javascript", plain.page);

  for (const { context, watch } of [plain, scene]) {
    watch.problems.forEach((line) => console.error(`${size} ${colorScheme}: ${line}`));
    await context.close();
  }
  await server.discard();
  await model.stop();
}

/** The main views in another language, on the demo. */
async function inLanguage(size, colorScheme, locale) {
  const server = await Server.start({ options: ["--mode", "demo"] });
  const scene = await Scene.open({ server, ...SIZES[size], colorScheme, locale });
  const { page, lines } = scene;
  const shoot = (view) => page.screenshot({ path: path.join(folder, `${locale}-${view}-${size}-${colorScheme}.png`) });
  await scene.visit("/");
  await shoot("library");
  if (size === "narrow") {
    await openSidebar(page);
    await page.locator("#sidebar").evaluate((sidebar) => Promise.all(sidebar.getAnimations().map(({ finished }) => finished)));
    await shoot("sidebar");
    await page.keyboard.press("Escape");
  }
  await scene.visit(await lines.first().getAttribute("href"));
  await page.locator("select.model-selector").waitFor();
  await shoot("conversation");
  await page.locator("button.instructions").click();
  await page.locator("#system-prompt").waitFor();
  await shoot("system-prompt");
  for (const view of ["new", "search?q=garden", "conversations", "ratings", "settings", "keys"]) {
    await scene.visit(`/${view}`);
    await shoot(view.split("?")[0]);
  }
  await openSidebar(page);
  await page.locator(".sidebar-foot > button").click();
  await page.locator("dialog.import-modal .drop-target, dialog.import-modal button").first().waitFor();
  await shoot("import");
  scene.watch.problems.forEach((line) => console.error(`${locale} ${size} ${colorScheme}: ${line}`));
  await scene.context.close();
  await server.discard();
}

/** Two tabs side by side on one conversation, in the middle of an answer: a picture of each. */
async function twoTabs(colorScheme) {
  const model = await ModelServer.start();
  const server = await Server.start({ options: ["--open-ai-url", model.url] });
  const scene = await Scene.open({ server, viewport: { width: 720, height: 800 }, colorScheme });
  const left = scene.page;
  await scene.visit("/new");
  await scene.say("What does a lighthouse keeper do all night?");
  const answer = await model.asked();
  const middle = STORY.indexOf("2. ");
  answer.say(STORY.slice(0, middle));
  await left.waitForURL(/\/c\//);
  const right = await scene.context.newPage();
  await scene.visit(left.url(), right);
  // What comes from here on comes to both.
  answer.say(STORY.slice(middle));
  for (const [side, tab] of Object.entries({ left, right })) {
    await tab.locator(".answer pre code").getByText("ship.light").waitFor();
    await tab.screenshot({ path: path.join(folder, `two-tabs-${side}-${colorScheme}.png`) });
  }
  answer.end();
  for (const tab of [left, right]) await tab.locator('article.turn[aria-busy="false"]').waitFor();
  scene.watch.problems.forEach((line) => console.error(`two tabs ${colorScheme}: ${line}`));
  await scene.context.close();
  await server.discard();
  await model.stop();
}

/** Without the server: the copy of the history, what waits in it, and what is kept. */
async function withoutServer(size, colorScheme) {
  const data = dataFolder();
  command(data, ["import", fixture("chatgpt.json"), fixture("claude.json")]);
  const server = await Server.start({ data });
  const scene = await Scene.open({ server, ...SIZES[size], colorScheme, serviceWorkers: "allow" });
  const { page } = scene;
  const shoot = (name) => page.screenshot({ path: path.join(folder, `offline-${name}-${size}-${colorScheme}.png`) });
  await fill(scene);
  await openSidebar(page);
  await state(page).getByRole("button").click();
  await page.getByRole("heading", { name: "Kept in this browser" }).waitFor();
  await shoot("choice");
  await page.getByRole("button", { name: "Cancel" }).click();
  await server.stop();
  await page.goto("/");
  await page.getByText("kept in this browser: choose one").waitFor();
  await openSidebar(page);
  await shoot("list");
  await page.locator("nav.conversations").getByText("Bread on Sunday").click();
  await page.locator("article.turn .prose").first().waitFor();
  await page.locator(".title").fill("Bread, named without a net");
  await page.getByRole("button", { name: "Save" }).click();
  await state(page).filter({ hasText: "1 waiting" }).waitFor({ state: "attached" });
  await shoot("conversation");
  await page.goto("/search?q=bread");
  await page.locator(".hits a").first().waitFor();
  await shoot("search");
  await page.goto("/import");
  await page.locator("input[type=file]").setInputFiles(fixture("chatgpt.json"));
  await page.locator(".import-state").filter({ hasText: "can be read here" }).waitFor();
  await shoot("import");
  await scene.context.close();
  await server.discard();
}

/** On a phone the list is behind a button. */
async function openSidebar(page) {
  const button = page.locator(".topbar [popovertarget=sidebar]");
  if (await button.isVisible()) await button.click();
}

for (const colorScheme of ["light", "dark"]) await twoTabs(colorScheme);
for (const size of Object.keys(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    await pictures(size, colorScheme);
    await withoutServer(size, colorScheme);
  }
  await inLanguage(size, "light", "ar");
  await inLanguage(size, "dark", "de");
}
await closeBrowser();
console.log(`The pictures are in ${folder}`);
