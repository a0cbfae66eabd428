// The whole way by keyboard alone: no call of a mouse anywhere in this file.
import assert from "node:assert/strict";
import { objections } from "../support/axe.mjs";
import { rows } from "../support/database.mjs";
import { fixture, scenario, scripted, until } from "../support/scenario.mjs";

const files = [fixture("chatgpt.json"), fixture("claude.json")];

/** What has the focus, and whether it can be seen that it has: a frame or a shade of its own, or of the box around it. */
const focus = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const isSeen = (element) => {
      const style = element && getComputedStyle(element);
      return Boolean(style) && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
    };
    const around = element.closest(".composer-box, .palette-field, .choices label, .search-box");
    const name = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent ?? "";
    return { tag: element.tagName, id: element.id, name: name.trim(), isSeen: isSeen(element) || isSeen(around) };
  });

/** Presses Tab until something is reached; every stop on the way has to be seen. */
async function tabTo(page, what, isIt, key = "Tab") {
  const passed = [];
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press(key);
    const stop = await focus(page);
    if (stop.tag === "BODY") continue;
    assert.ok(stop.isSeen, `the focus is not to be seen on ${JSON.stringify(stop)}`);
    if (isIt(stop)) return stop;
    passed.push(stop.name || stop.id || stop.tag);
  }
  throw new Error(`${what} is not reached by ${key}: ${passed.join(" | ")}`);
}

const named = (name) => (stop) => stop.name === name;

scripted("one reads, writes, stops, rates, renames and archives by keyboard alone", async (scene, model) => {
  const { page, data, lines } = scene;
  await scene.visit("/");
  await page.keyboard.press("Tab");
  assert.equal((await focus(page)).name, "Skip to the page");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#page");

  // A conversation begins, an answer is stopped, another one is rated.
  await page.keyboard.press("n");
  await page.waitForURL(/\/new$/);
  await page.keyboard.press("m");
  await until("the field has the focus", async () => (await focus(page)).id === "message");
  assert.ok((await focus(page)).isSeen);
  await page.keyboard.type("Which ships pass?");
  await page.keyboard.press("Enter");
  const first = await model.asked();
  first.say("The first of them");
  await page.locator(".answer").getByText("The first of them").waitFor();
  await page.waitForURL(/\/c\//);
  await page.locator(".send.stop").waitFor();
  await until("the field has the focus again", async () => (await focus(page)).id === "message");
  await page.keyboard.press("Escape");
  await page.getByText("Stopped. What had come is kept.").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  const second = await model.asked();
  second.say("None but the ferry.");
  second.end();
  await page.locator(".answer").getByText("None but the ferry.").waitFor();
  await page.locator('article.turn[aria-busy="false"]').waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await until("the turn has the focus", async () => (await focus(page)).tag === "ARTICLE");
  assert.ok((await focus(page)).isSeen);
  await page.keyboard.press("+");
  await until("it is rated", () => rows(data, "SELECT rating FROM message_ratings").length === 1);

  // Its name, at the head and in the list; then it is put away.
  await page.keyboard.press("F2");
  await until("the name has the focus", async () => (await focus(page)).name === "Title");
  await page.keyboard.type("Ships");
  await page.keyboard.press("Enter");
  await lines.filter({ hasText: "Ships" }).waitFor();
  await page.keyboard.press("Escape");
  await until("the field is left", async () => (await focus(page)).tag !== "INPUT");
  // Loaded anew, the list has all that was changed, and does not change under the keys.
  await scene.reload();
  await page.keyboard.press("j");
  await until("the line has the focus", async () => (await focus(page)).tag === "A");
  assert.ok((await focus(page)).isSeen);
  // What is done with the list is loaded when it is come to.
  await page.locator('a.conversation-line[tabindex="0"]').waitFor();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  assert.ok((await focus(page)).isSeen);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await until("the line has the focus again", async () => (await focus(page)).tag === "A");
  await page.keyboard.press("Control+k");
  await page.locator("input[role=combobox]").waitFor();
  await page.keyboard.type("archive, or");
  await page.keyboard.press("Enter");
  await until("it is archived", () => rows(data, "SELECT name FROM convos WHERE archived").length === 1);
});

scenario("one finds the highlighted passage, imports, and changes settings by keyboard alone", { files: files.slice(0, 1) }, async (scene) => {
  const { page, modal, lines } = scene;
  await scene.visit("/");
  await page.keyboard.press("/");
  assert.equal((await focus(page)).id, "search");
  await page.keyboard.type("Kythnos");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=Kythnos/);
  await page.locator("mark").waitFor();
  await tabTo(page, "the passage", ({ name }) => /early boat/.test(name));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\/.*#turn-\d+/);
  await page.locator("article.turn:target").waitFor();
  // The page is alive: keys are heard.
  await page.locator("#said").waitFor({ state: "attached" });

  // Import, from the sidebar's button to the report.
  await page.keyboard.press("i");
  await modal.getByText("Drop an export here").waitFor();
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "the choice of files", ({ name }) => /choose a file/.test(name));
  await page.keyboard.press("Space");
  await (await chooser).setFiles(fixture("claude.json"));
  await modal.locator(".found").waitFor();
  await tabTo(page, "the import", ({ name }) => /^Import 1/.test(name));
  await page.keyboard.press("Enter");
  await modal.locator(".headline").waitFor();
  await tabTo(page, "the end", named("Done"));
  await page.keyboard.press("Enter");
  await modal.waitFor({ state: "hidden" });
  await lines.filter({ hasText: "leak" }).waitFor();

  // Settings and keys.
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL(/\/settings$/);
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await tabTo(page, "the theme", named("System"));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal((await focus(page)).name, "Dark");
  await tabTo(page, "saving", named("Save"));
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await scene.reload();
  await page.keyboard.press("?");
  await page.waitForURL(/\/keys$/);
  await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  scenario(`axe objects to nothing that keys open in the ${colorScheme} theme`, { files, colorScheme, reducedMotion: "reduce" }, async (scene) => {
    const { page, lines } = scene;
    const found = [];
    const look = async (view) => found.push(...(await objections(page, view)));
    await scene.visit("/keys");
    await look("keys");
    await scene.visit("/settings");
    await look("settings");
    await page.keyboard.press("Control+k");
    await page.locator("input[role=combobox]").waitFor();
    await look("palette");
    await page.keyboard.type("bread");
    await page.getByRole("option", { name: /Bread on Sunday/ }).first().waitFor();
    await look("palette with what it found");
    await page.keyboard.press("Escape");
    await page.locator("input[role=combobox]").waitFor({ state: "detached" });
    await page.keyboard.press("j");
    await page.locator('a.conversation-line[tabindex="0"]').waitFor();
    await page.keyboard.press("Space");
    await page.getByText("1 chosen").waitFor();
    await look("list with one chosen");
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menu").waitFor();
    await look("menu of a line");
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.keyboard.press("F2");
    await page.locator("input.rename").waitFor();
    await look("renaming in the list");
    assert.deepEqual(found, []);
  });
}
