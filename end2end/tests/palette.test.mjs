// The palette, and the keys that everything has.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { fixture, scenario, scripted, until } from "../support/scenario.mjs";

const files = [fixture("chatgpt.json"), fixture("claude.json")];
const hostile = [fixture("hostile.json"), ...files];

const palette = (page) => page.getByRole("dialog", { name: "Conversations and actions" });
const options = (page) => palette(page).getByRole("option");

/** Opens the palette, which may have to be loaded first. */
async function open(page) {
  await page.keyboard.press("Control+k");
  await palette(page).getByRole("combobox").waitFor();
}

/** What Enter would do. */
const chosen = (page) => palette(page).locator('[aria-selected="true"] .name').innerText();

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute("href") || document.activeElement.tagName);

scenario("the palette finds a conversation by the beginnings of its words, and a passage by what was said", { files }, async (scene) => {
  const { page } = scene;
  await scene.visit("/");
  await open(page);
  assert.equal(await options(page).first().locator(".name").innerText(), "A leak under the sink");
  await page.keyboard.type("sun br");
  await until("the conversation is chosen", async () => (await chosen(page)) === "Bread on Sunday");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\//);
  await palette(page).waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Title").inputValue(), "Bread on Sunday");
  await open(page);
  await page.keyboard.type("Kythnos");
  const passage = options(page).filter({ hasText: "The early boat stops at" });
  await passage.waitFor();
  const place = await passage.getAttribute("id");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  assert.equal(await palette(page).getByRole("combobox").getAttribute("aria-activedescendant"), place);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#turn-\d+$/);
  await page.locator("article.turn", { hasText: "Kythnos" }).waitFor();
});

scenario("the palette does what the buttons do, and gives the focus back", { files }, async (scene) => {
  const { page, data, lines } = scene;
  await scene.visit("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.getByLabel("Message", { exact: true }).focus();
  await open(page);
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "detached" });
  assert.equal(await focused(page), "message");
  const act = async (words, label) => {
    await open(page);
    await page.keyboard.type(words);
    await until(`${label} is chosen`, async () => (await chosen(page)) === label);
    await page.keyboard.press("Enter");
    await palette(page).waitFor({ state: "detached" });
  };
  await act("pin", "Pin or unpin");
  await until("it is pinned", () => rows(data, "SELECT name FROM convos WHERE pinned").length === 1);
  await act("rename", "Rename");
  await page.waitForFunction(() => document.activeElement.classList.contains("title"));
  await page.keyboard.type("The sink");
  await page.keyboard.press("Enter");
  await lines.filter({ hasText: "The sink" }).waitFor();
  await act("archive", "Archive, or take out of the archive");
  await until("it is archived", () => rows(data, "SELECT name FROM convos WHERE archived").length === 1);
  await act("dark", "Theme: dark");
  await page.locator("html[data-theme=dark]").waitFor();
  await act("delete", "Delete: move to the trash");
  await page.getByRole("heading", { name: "Library" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(rows(data, "SELECT name FROM convos WHERE trashed IS NOT NULL").length, 1);
});

scenario("titles are text in the palette, whatever they are", { files: hostile }, async (scene) => {
  const { page } = scene;
  await scene.visit("/");
  await open(page);
  await page.keyboard.type("script");
  await until("something is found", async () => (await options(page).count()) > 1);
  assert.equal(await palette(page).locator("script, img, iframe, a").count(), 0);
});

scenario("letters are keys where nothing is written, and none where they are switched off", { files }, async (scene) => {
  const { page } = scene;
  await scene.visit("/");
  await page.keyboard.press("n");
  await page.waitForURL(/\/new$/);
  await page.getByRole("heading", { name: "New conversation" }).waitFor();
  await page.keyboard.press("m");
  assert.equal(await focused(page), "message");
  await page.keyboard.type("?gan/");
  assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "?gan/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.waitForURL(/\/keys$/);
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL(/\/settings$/);
  await page.keyboard.press("/");
  assert.equal(await focused(page), "search");
  await page.getByRole("group", { name: "Keys of one letter" }).getByRole("radio", { name: "Off" }).check();
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Save" }).click()]);
  await scene.reload();
  await page.keyboard.press("n");
  await page.keyboard.press("/");
  await open(page);
  assert.equal(new URL(page.url()).pathname, "/settings");
});

scenario("in a conversation keys go from turn to turn, rate and change the one that has the focus", { files }, async (scene) => {
  const { page, data, lines } = scene;
  await scene.visit("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.locator("article.turn").nth(1).waitFor();
  const [first, second] = await page.locator("article.turn").evaluateAll((turns) => turns.map(({ id }) => id));
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Alt+ArrowUp");
  await until("the first turn has the focus", async () => (await focused(page)) === first);
  await page.keyboard.press("+");
  const ratings = () => rows(data, "SELECT 'turn-' || turn_id AS turn, rating FROM message_ratings").map(({ turn, rating }) => [turn, rating]);
  await until("it is rated", () => ratings().length === 1);
  assert.equal(ratings()[0][0], first);
  await page.keyboard.press("Alt+ArrowDown");
  assert.equal(await focused(page), second);
  await page.keyboard.press("e");
  await page.getByRole("textbox", { name: "Your question" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Your question" }).waitFor({ state: "detached" });
  await page.keyboard.press("f");
  await page.locator("#outline").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#outline").waitFor({ state: "hidden" });
});

scenario("a button that is pointed at says its key", { files }, async (scene) => {
  const { page } = scene;
  await scene.visit("/");
  const create = page.locator("#sidebar").getByRole("link", { name: "New conversation" });
  await create.hover();
  await page.locator('#sidebar a[aria-keyshortcuts="n"]').waitFor();
  assert.equal(await create.getAttribute("title"), "New conversation (N)");
});

scripted("Escape stops an answer that is being written, and only then leaves the field", async (scene, model) => {
  const { page } = scene;
  await scene.visit("/new");
  await scene.say("Count ships.");
  const answer = await model.asked();
  answer.say("One, two, ");
  await page.locator(".answer").getByText("One, two,").waitFor();
  await page.locator(".send.stop").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Stopped. What had come is kept.").waitFor();
  assert.equal(await focused(page), "message");
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), "BODY");
});
