// The list of conversations in hand: keys, names, choosing several, the menu, projects.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";

const files = [fixture("chatgpt.json"), fixture("claude.json")];
const NAMES = ["A leak under the sink", "Bread on Sunday", "Πλοία από τον Πειραιά"];

const line = (scene, name) => scene.lines.filter({ hasText: name });
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
const stops = (scene) => scene.lines.evaluateAll((lines) => lines.filter(({ tabIndex }) => tabIndex === 0).map(({ textContent }) => textContent));
const chosen = (scene) => scene.page.locator("a.conversation-line[data-chosen] .name").allInnerTexts();
const names = (data, where) => rows(data, `SELECT name FROM convos WHERE ${where} ORDER BY name`).map(({ name }) => name);

/** Comes to the list by a key, and waits until it is in hand: one line of it can be reached by Tab. */
async function enter(scene) {
  await scene.visit("/");
  await scene.page.keyboard.press("j");
  await until("the list is in hand", async () => (await stops(scene)).length === 1);
}

scenario("the list is one stop of Tab, and arrows go along it", { files }, async (scene) => {
  const { page } = scene;
  await enter(scene);
  assert.ok(await hasFocus(line(scene, NAMES[0])));
  await page.keyboard.press("ArrowDown");
  assert.ok(await hasFocus(line(scene, NAMES[1])));
  await page.keyboard.press("End");
  assert.ok(await hasFocus(line(scene, NAMES[2])));
  await page.keyboard.press("Home");
  await page.keyboard.press("j");
  assert.ok(await hasFocus(line(scene, NAMES[1])));
  await page.keyboard.press("Tab");
  assert.equal(await scene.lines.evaluateAll((lines) => lines.includes(document.activeElement)), false);
  await page.keyboard.press("Shift+Tab");
  assert.ok(await hasFocus(line(scene, NAMES[1])));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\//);
});

scenario("F2 renames a conversation where it stands, Escape lets it be", { files }, async (scene) => {
  const { page, data } = scene;
  await enter(scene);
  const field = page.locator("#sidebar").getByRole("textbox", { name: "Title" });
  await page.keyboard.press("F2");
  await field.waitFor();
  await page.keyboard.type("Something else");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  assert.ok(await hasFocus(line(scene, NAMES[0])));
  await page.keyboard.press("F2");
  await field.waitFor();
  await page.keyboard.type("<b>The sink</b>");
  await page.keyboard.press("Enter");
  await line(scene, "<b>The sink</b>").waitFor();
  assert.deepEqual(names(data, "source = 'claude'"), ["<b>The sink</b>"]);
  await until("the focus is back", () => hasFocus(line(scene, "<b>The sink</b>")));
});

scenario("a line that is deleted by its key can be taken back, and the focus stays in the list", { files }, async (scene) => {
  const { page, data } = scene;
  await enter(scene);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Delete");
  await page.getByText("Moved to the trash.").waitFor();
  assert.deepEqual(names(data, "trashed IS NOT NULL"), [NAMES[1]]);
  await line(scene, NAMES[1]).waitFor({ state: "detached" });
  await until("the focus is in the list", () => scene.lines.evaluateAll((lines) => lines.includes(document.activeElement)));
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await line(scene, NAMES[1]).waitFor();
});

scenario("several are chosen by Space, arrows and clicks, and archived at once", { files }, async (scene) => {
  const { page, data } = scene;
  await enter(scene);
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowDown");
  assert.deepEqual(await chosen(scene), NAMES.slice(0, 2));
  await page.getByText("2 chosen").waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(await chosen(scene), []);
  await line(scene, NAMES[0]).click({ modifiers: ["Shift"] });
  await line(scene, NAMES[2]).click({ modifiers: ["Control"] });
  assert.deepEqual(await chosen(scene), [NAMES[0], NAMES[2]]);
  await page.getByRole("group", { name: "With those that are chosen" }).getByRole("button", { name: "Archive" }).click();
  await until("both are archived", () => names(data, "archived").length === 2);
  await line(scene, NAMES[0]).waitFor({ state: "detached" });
  assert.deepEqual(names(data, "archived"), [NAMES[0], NAMES[2]]);
  await page.getByRole("group", { name: "With those that are chosen" }).waitFor({ state: "hidden" });
  assert.equal(new URL(page.url()).pathname, "/");
});

scenario("a line has a menu, by its key and by the other button of the mouse, and gets the focus back", { files }, async (scene) => {
  const { page, data } = scene;
  const menu = page.getByRole("menu");
  await enter(scene);
  await page.keyboard.press("Shift+F10");
  await menu.waitFor();
  assert.ok(await hasFocus(menu.getByRole("menuitem", { name: "Rename" })));
  await page.keyboard.press("ArrowUp");
  assert.ok(await hasFocus(menu.getByRole("menuitem", { name: "Delete" })));
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  assert.ok(await hasFocus(line(scene, NAMES[0])));
  await line(scene, NAMES[1]).click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Pin" }).click();
  await page.locator("#sidebar section", { hasText: "Pinned" }).getByRole("link", { name: NAMES[1] }).waitFor();
  await line(scene, NAMES[1]).click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Unpin" }).click();
  await page.locator("#sidebar h2", { hasText: "Pinned" }).waitFor({ state: "detached" });
  await line(scene, NAMES[2]).click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Move to a project…" }).click();
  const dialog = page.getByRole("dialog", { name: "Move to a project" });
  await dialog.getByRole("combobox").fill("Islands");
  await page.keyboard.press("Enter");
  await until("it is in the project", () => names(data, "project = 'Islands'").length === 1);
  await dialog.waitFor({ state: "detached" });
});

scenario("conversations are drawn onto a project, and onto the trash", { files }, async (scene) => {
  const { page, data, server } = scene;
  const ids = rows(data, "SELECT session_id AS id FROM convos WHERE name = ?", [NAMES[2]]);
  await page.request.post("/api/fn/manage", { form: { action: "move", "ids[0]": ids[0].id, project: "Islands" }, headers: { origin: server.url } });
  await enter(scene);
  const draw = async (name, target) => {
    await line(scene, name).hover();
    await page.mouse.down();
    await page.mouse.move(400, 300, { steps: 4 });
    await page.locator(".draw-target", { hasText: target }).hover();
    await page.locator(".draw-target", { hasText: target }).hover();
    await page.mouse.up();
    await page.locator(".draw-target").first().waitFor({ state: "detached" });
  };
  await draw(NAMES[0], "Islands");
  await until("it is in the project", () => names(data, "project = 'Islands'").length === 2);
  await draw(NAMES[1], "Trash");
  await until("it is in the trash", () => names(data, "trashed IS NOT NULL").length === 1);
  assert.deepEqual(names(data, "trashed IS NOT NULL"), [NAMES[1]]);
});
