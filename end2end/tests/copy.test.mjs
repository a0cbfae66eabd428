// The copy of the history in the browser: filled, read and searched without the server, changed there, and given to one page after the other.
import assert from "node:assert/strict";
import { expectAbsence, fill, state, whole } from "../support/copies.mjs";
import { holding, rows } from "../support/database.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";

const withFiles = (...names) => ({ serviceWorkers: "allow", files: names.map(fixture) });
const QUERIES = ["bread", "the", "pyth", "\"how to\"", "is:archived", "zzzz", "source:claude a", "naïve"];

/** The turns that a search page lists, best first. */
const found = (page) => page.locator(".hits a[href*='#turn-']").evaluateAll((links) => links.map((link) => new URL(link.href).hash));

scenario("without the server the history is listed, read and searched as with it", withFiles("chatgpt.json", "claude.json"), async (scene) => {
  const { page, server, context } = scene;
  expectAbsence(scene);
  await fill(scene);
  const lines = await scene.lines.locator(".name").allInnerTexts();
  const answers = new Map();
  for (const query of QUERIES) {
    await page.goto(`/search?q=${encodeURIComponent(query)}`);
    answers.set(query, await found(page));
  }
  assert.ok([...answers.values()].filter((hits) => hits.length > 0).length > 3, "the queries find something");
  await server.stop();
  // A cold start: another page of the same browser, without a network.
  const other = await context.newPage();
  await page.close();
  await other.goto("/");
  await other.getByText("kept in this browser: choose one").waitFor();
  assert.deepEqual(await other.locator("nav.conversations .name").allInnerTexts(), lines);
  for (const [query, hits] of answers) {
    await other.locator("#search").fill(query);
    await other.locator("#search").press("Enter");
    await other.waitForURL((url) => url.searchParams.get("q") === query);
    await other.locator(".search-page").waitFor();
    await until(`${query} is answered`, async () => (await other.locator(".search-field input").inputValue()) === query);
    assert.deepEqual(await found(other), hits, query);
  }
  await other.locator("nav.conversations").getByText("Bread on Sunday").click();
  await other.locator("article.turn .prose").first().waitFor();
  assert.equal(await other.locator(".title").inputValue(), "Bread on Sunday");
  // A reload of an address inside is the same page.
  await other.reload();
  await other.locator("article.turn .prose").first().waitFor();
  assert.match(await other.title(), /^Bread on Sunday · AI OS Chat$/);
});

scenario("what is changed without the server waits, and is made once when it is back", withFiles("chatgpt.json"), async (scene) => {
  const { page, server } = scene;
  expectAbsence(scene);
  await fill(scene);
  const [{ session_id: id }] = rows(scene.data, "SELECT session_id FROM convos WHERE name = 'Bread on Sunday'");
  const ratings = () => rows(scene.data, "SELECT count(*) AS count FROM message_ratings WHERE rating = 'up'")[0].count;
  const before = ratings();
  await server.stop();
  await page.goto(`/c/${id}`);
  await page.locator("article.turn").first().waitFor();
  await page.locator(".title").fill("Bread without a net");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("nav.conversations").getByText("Bread without a net").waitFor();
  await page.getByRole("button", { name: "Good answer" }).first().click();
  await page.locator("[aria-label='Good answer'][aria-pressed=true]").waitFor();
  await page.locator("#message").fill("And rye?");
  await state(page).filter({ hasText: "2 waiting" }).waitFor();
  await page.reload();
  await state(page).filter({ hasText: "offline · 2 waiting" }).waitFor();
  assert.equal(await page.locator("#message").inputValue(), "And rye?");
  await server.startAgain();
  // The app's own page again, with what was changed and what was being written.
  await page.locator(".composer-foot").waitFor();
  await scene.lines.filter({ hasText: "Bread without a net" }).waitFor();
  await until("the draft is there", async () => (await page.locator("#message").inputValue()) === "And rye?");
  const said = rows(scene.data, "SELECT (SELECT name FROM convos WHERE session_id = ?) AS name, (SELECT count(*) FROM replayed_changes WHERE outcome = 'made') AS made", [id]);
  assert.deepEqual(said, [{ name: "Bread without a net", made: 2 }]);
  assert.equal(ratings(), before + 1);
});

scenario("when the page that owns the copy is closed, another one goes on with it", withFiles("chatgpt.json"), async (scene) => {
  const { page, context } = scene;
  await fill(scene);
  const [second, third] = [await context.newPage(), await context.newPage()];
  for (const other of [second, third]) {
    await scene.visit("/", other);
    await whole(other);
  }
  const search = async (page) => {
    await page.locator("#search").fill("");
    await page.locator("#search").fill("bread");
    await page.locator(".copy-hits mark").first().waitFor();
  };
  await search(page);
  await search(third);
  await page.close();
  await search(third);
  // What is new on the server comes to the new owner, and all pages are told.
  await second.close();
  await search(third);
  await whole(third);
});

scenario("what is forgotten on this device is gone, and stays away", withFiles("chatgpt.json"), async (scene) => {
  const { page, server } = scene;
  expectAbsence(scene);
  await fill(scene);
  const folders = () => page.evaluate(async () => {
    const names = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names;
  });
  assert.equal((await folders()).length, 1);
  await state(page).getByRole("button").click();
  await page.getByRole("button", { name: "Forget on this device" }).click();
  await state(page).filter({ hasText: "Nothing kept in this browser" }).waitFor();
  await until("the folder is gone", async () => (await folders()).length === 0);
  await scene.reload();
  await state(page).filter({ hasText: "Nothing kept in this browser" }).waitFor();
  assert.deepEqual(await folders(), []);
  await server.stop();
  await page.reload();
  await page.getByText("The server cannot be reached").waitFor();
  assert.equal(await page.locator("nav.conversations").count(), 0);
});

scenario("what is deleted for good is neither in the server's folder nor in the browser", withFiles("chatgpt.json"), async (scene) => {
  const { page } = scene;
  // A list that is being asked for when the page goes elsewhere is asked for anew there.
  scene.watch.expectFailure(/net::ERR_ABORTED/);
  await fill(scene);
  const words = ["spreadsheet", "overnight", "schedule"];
  const here = () => holding(scene.data, words);
  const inBrowser = () => page.evaluate(async (words) => {
    const found = new Set();
    const look = async (folder) => {
      for await (const entry of folder.values()) {
        if (entry.kind === "directory") await look(entry);
        else {
          const text = new TextDecoder("latin1").decode(await (await entry.getFile()).arrayBuffer()).toLowerCase();
          for (const word of words) if (text.includes(word)) found.add(word);
        }
      }
    };
    await look(await navigator.storage.getDirectory());
    return [...found].sort();
  }, words);
  assert.deepEqual([here(), await inBrowser()], [[...words].sort(), [...words].sort()]);
  const [{ session_id: id }] = rows(scene.data, "SELECT session_id FROM convos WHERE name = 'Bread on Sunday'");
  await scene.visit(`/c/${id}`);
  await page.locator("details.menu > summary").click();
  await page.getByRole("main").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  await page.locator("#sidebar").getByRole("link", { name: "Trash" }).click();
  await page.locator(".shelf-lines li", { hasText: "Bread on Sunday" }).waitFor();
  await page.locator("details.confirm > summary").click();
  await page.locator("details.confirm button").click();
  await page.locator(".shelf-lines li").waitFor({ state: "detached" });
  await until("it is gone from the folder", () => here().length === 0);
  await until("it is gone from the browser", async () => (await inBrowser()).length === 0);
});

scenario("the demo has a copy of its own", withFiles("chatgpt.json"), async (scene) => {
  const { page } = scene;
  await fill(scene);
  await page.getByRole("button", { name: "Try the demo" }).click();
  await page.locator("[data-mode=demo]").waitFor();
  await whole(page);
  const search = async (words) => {
    await page.locator("#search").fill(words);
    await page.locator(".copy-hits").getByText(/./).first().waitFor();
    return page.locator(".copy-hits").innerText();
  };
  assert.match(await search("bread sourdough yeast"), /Nothing in this browser has all of these words/);
});

scenario("a file is imported without the server, read at once, and sent when it is back", withFiles("chatgpt.json"), async (scene) => {
  const { page, server } = scene;
  expectAbsence(scene);
  await fill(scene);
  await server.stop();
  await page.goto("/import");
  await page.getByRole("heading", { name: "Import" }).waitFor();
  await page.locator("input[type=file]").setInputFiles(fixture("claude.json"));
  await page.locator(".import-state").filter({ hasText: /conversations? can be read here, and wait/ }).waitFor();
  const names = rows(scene.data, "SELECT count(*) AS count FROM convos")[0].count;
  await page.locator("nav.conversations .name").filter({ hasText: "A leak under the sink" }).click();
  await page.locator("article.turn .prose").first().waitFor();
  await page.reload();
  await page.locator("article.turn .prose").first().waitFor();
  await server.startAgain();
  await scene.lines.filter({ hasText: "A leak under the sink" }).waitFor();
  await until("the server has it", () => rows(scene.data, "SELECT count(*) AS count FROM convos WHERE source = 'claude'")[0].count > 0);
  assert.ok(rows(scene.data, "SELECT count(*) AS count FROM convos")[0].count > names);
  await until("the import is finished", () => rows(scene.data, "SELECT count(*) AS count FROM convo_imports WHERE ended IS NOT NULL")[0].count > 1);
  // It has the same address there.
  await page.locator(".composer-foot").waitFor();
  assert.match(page.url(), /\/c\/imported_/);
});

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

scenario("on a phone without the server the list makes room for the conversation that is chosen", { ...withFiles("chatgpt.json"), ...phone }, async (scene) => {
  const { page, server } = scene;
  expectAbsence(scene);
  await fill(scene);
  await server.stop();
  await page.goto("/");
  await page.getByText("kept in this browser: choose one").waitFor();
  await page.locator(".topbar [popovertarget=sidebar]").tap();
  await page.locator("nav.conversations").getByText("Bread on Sunday").tap();
  await page.locator("article.turn .prose").first().waitFor();
  await page.locator("#sidebar").waitFor({ state: "hidden" });
});
