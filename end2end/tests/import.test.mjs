// The import in all its steps: what is chosen, how far it is, what became of it, and how it is undone.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import sqlite from "node-sqlite3-wasm";
import { rows, totals } from "../support/database.mjs";
import { PNG, chatgpt, withPictures } from "../support/exports.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";
import { zip } from "../support/zip.mjs";

const json = (name, buffer) => ({ name, mimeType: "application/json", buffer });

/** A folder with files, for as long as the tests run: path to content. */
function folder(name, files) {
  const parent = mkdtempSync(path.join(tmpdir(), "aios-chat-folder-"));
  after(() => rmSync(parent, { recursive: true, force: true }));
  const root = path.join(parent, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  return root;
}

const EXPORT = {
  "chats/chatgpt.json": readFileSync(fixture("chatgpt.json")),
  "chats/deep/claude.json": readFileSync(fixture("claude.json")),
  "notes.txt": "no export",
};

const counts = ({ data }) => totals(data);

scenario("a folder is chosen as a whole, and its files have their paths below it", {}, async (scene) => {
  const { modal, data } = scene;
  await scene.visit("/");
  await scene.openImport();
  await modal.locator("input[webkitdirectory]").setInputFiles(folder("export", EXPORT));
  await modal.getByText("3 conversations found").waitFor();
  assert.match(await modal.locator(".refused").innerText(), /^notes\.txt /);
  assert.match(await modal.locator(".lines .reason").first().innerText(), /\(chats\/chatgpt\.json, conversation 3/);
  await scene.store();
  assert.deepEqual(await scene.ledger(), { imported: 3, skipped: 1 });
  assert.equal(counts({ data }).conversations, 3);
});

scenario("a folder that is dropped is walked", {}, async (scene) => {
  const { page, modal } = scene;
  await scene.visit("/");
  const session = await scene.context.newCDPSession(page);
  const data = { items: [], files: [folder("export", EXPORT)], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, x: 600, y: 300, data });
  await modal.getByText("3 conversations found").waitFor();
  assert.match(await modal.locator(".lines .reason").first().innerText(), /\(chats\/chatgpt\.json, conversation 3/);
});

scenario("20,000 conversations are shown, filtered and picked with few lines on the page", {}, async (scene) => {
  const { page, modal, data } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose([json("a.json", chatgpt(19_990)), json("b.json", chatgpt(10, { kind: "Postcard", from: 50_000 }))]);
  await modal.getByText("20\u202f000 conversations found").waitFor();
  const lines = modal.locator(".lines li");
  await lines.first().waitFor();
  const isBounded = async () => assert.ok((await lines.count()) <= 300, `${await lines.count()} lines`);
  await isBounded();

  await modal.locator(".lines").evaluate((list) => (list.scrollTop = list.scrollHeight));
  await modal.getByText("Postcard 50009").waitFor();
  await isBounded();
  await modal.locator(".lines").evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
  await modal.getByText("Letter 10003", { exact: true }).waitFor();
  await isBounded();

  await modal.getByRole("button", { name: "None", exact: true }).click();
  await modal.getByRole("button", { name: "Import 0", exact: true }).waitFor();
  await modal.getByLabel("Words in the title").fill("CARD post");
  await modal.getByText("10 shown").waitFor();
  await modal.getByRole("button", { name: "All", exact: true }).click();
  await modal.getByRole("button", { name: "Import 10", exact: true }).waitFor();
  await modal.getByRole("checkbox", { name: "Postcard 50003" }).uncheck();
  await modal.getByLabel("Words in the title").fill("letter 77");
  await modal.getByText(/shown/).filter({ hasNotText: "10 shown" }).waitFor();
  await modal.getByRole("checkbox", { name: "Letter 77 new", exact: false }).first().check();
  await modal.getByRole("button", { name: "Import 10", exact: true }).click();
  await modal.locator(".headline").waitFor();
  assert.deepEqual(await scene.ledger(), { imported: 10, skipped: 19_990 });
  const names = rows(data, "SELECT name FROM convos ORDER BY source_id").map(({ name }) => name);
  assert.deepEqual(names.toSorted(), ["Letter 77", ...[0, 1, 2, 4, 5, 6, 7, 8, 9].map((at) => `Postcard 5000${at}`)]);
  await isBounded();
  await modal.getByRole("button", { name: "Show only the 10 imported" }).click();
  await until("only what was imported is shown", async () => (await lines.count()) === 10);
  assert.equal(await page.locator(".lines .state").first().innerText(), "imported");
});

scenario("what is new can be chosen alone, by source and by state too", { files: [fixture("claude.json")] }, async (scene) => {
  const { modal } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose([fixture("chatgpt.json"), fixture("claude.json")]);
  await modal.getByText("2 new, 0 changed, 1 already here, 1 empty").waitFor();
  await modal.getByRole("button", { name: "All", exact: true }).click();
  await modal.getByRole("button", { name: "Import 3", exact: true }).waitFor();
  await modal.getByRole("button", { name: "Only new", exact: true }).click();
  await modal.getByRole("button", { name: "Import 2", exact: true }).waitFor();
  await modal.getByLabel("From").selectOption({ label: "Claude (1)" });
  await modal.getByText("1 shown").waitFor();
  assert.deepEqual(await modal.locator(".lines .name").allInnerTexts(), ["A leak under the sink"]);
  await modal.getByLabel("From").selectOption("");
  await modal.getByLabel("State").selectOption({ label: "empty (1)" });
  await modal.getByText("New chat").waitFor();
  assert.equal(await modal.locator(".lines li").count(), 1);
});

scenario("cancelled in the middle, whole conversations stay and the report says so", {}, async (scene) => {
  const { page, modal, data } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(json("many.json", chatgpt(6000, { bytes: 3000 })));
  await modal.getByText("6\u202f000 conversations found").waitFor();
  // The second batch is held up, so that the cancel comes in the middle.
  let saves = 0;
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.context().route("**/api/fn/import_save", async (route) => {
    saves += 1;
    if (saves === 2) await held;
    await route.continue();
  });
  await modal.getByRole("button", { name: "Import 6\u202f000" }).click();
  await until("the second batch is on its way", () => saves === 2);
  await modal.getByRole("button", { name: "Cancel" }).click();
  await modal.getByRole("button", { name: "Stopping…" }).waitFor();
  letGo();
  await modal.locator(".headline").waitFor();
  const { imported, skipped } = await scene.ledger();
  assert.equal(imported + skipped, 6000);
  assert.ok(imported > 0 && skipped > 0, `${imported} and ${skipped}`);
  assert.match(await modal.locator(".headline").innerText(), /^Cancelled\. .* stored before that, and stay$/);
  assert.deepEqual(totals(data), { conversations: imported, turns: imported, integrity: "ok" });
  assert.deepEqual(rows(data, "SELECT cancelled FROM convo_imports WHERE ended IS NOT NULL"), [{ cancelled: 1 }]);
});

scenario("leaving the page in the middle is asked about first, and what was stored stays", {}, async (scene) => {
  const { page, modal, data, watch } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(json("many.json", chatgpt(2000, { bytes: 3000 })));
  let saves = 0;
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.context().route("**/api/fn/import_save", async (route) => {
    saves += 1;
    if (saves === 2) await held;
    // The page that asked may be gone.
    await route.continue().catch(() => {});
  });
  watch.expectFailure(/net::ERR_(ABORTED|FAILED)/);
  await modal.getByRole("button", { name: "Import 2\u202f000" }).click();
  await until("the second batch is on its way", () => saves === 2);
  const asked = page.waitForEvent("dialog");
  const leaving = page.reload();
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.accept();
  await leaving;
  letGo();
  const stored = totals(data);
  assert.ok(stored.conversations >= 500 && stored.conversations < 2000, `${stored.conversations}`);
  assert.equal(stored.turns, stored.conversations);
  await scene.visit("/imports");
  assert.match(await page.locator(".batch .batch-state").innerText(), /^not finished/);
  assert.match(await page.locator(".batch h2").innerText(), /many\.json/);

  // The same again goes on where it ended.
  await page.context().unroute("**/api/fn/import_save");
  await scene.openImport();
  await scene.choose(json("many.json", chatgpt(2000, { bytes: 3000 })));
  await modal.getByText(`${2000 - stored.conversations}`.replace(/(?=...$)/, "\u202f").replace(/^\u202f/, "") + " new").waitFor();
  await scene.store();
  assert.equal((await scene.ledger()).imported, 2000 - stored.conversations);
  assert.equal(totals(data).conversations, 2000);
});

scenario("the report is downloaded, and says where everything was", {}, async (scene) => {
  const { page, modal } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose([fixture("chatgpt.json"), json("empty.json", Buffer.alloc(0))]);
  await scene.store();
  const download = page.waitForEvent("download");
  await modal.getByRole("link", { name: "Download the report" }).click();
  const saved = await download;
  assert.equal(saved.suggestedFilename(), "import-report.json");
  const report = JSON.parse(readFileSync(await saved.path(), "utf8"));
  assert.deepEqual(report.totals, { imported: 2, updated: 0, unchanged: 0, skipped: 1, failed: 0 });
  assert.deepEqual(
    report.conversations.map(({ status, location }) => [status, location.file, location.element]),
    [
      ["imported", "chatgpt.json", 0],
      ["imported", "chatgpt.json", 1],
      ["skipped", "chatgpt.json", 2],
    ],
  );
  assert.match(report.refused[0].message, /is empty \(0 bytes\)/);
  assert.equal(report.refused[0].location.file, "empty.json");

  // The server keeps the same.
  await modal.getByRole("link", { name: "All imports" }).click();
  await page.waitForURL(/\/imports$/);
  const again = page.waitForEvent("download");
  await page.getByRole("main").getByRole("link", { name: "Download the report" }).click();
  const kept = JSON.parse(readFileSync(await (await again).path(), "utf8"));
  assert.deepEqual(kept.conversations, report.conversations);
});

scenario("an import is undone as one, and the same files bring all of it back", {}, async (scene) => {
  const { page, modal, data } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(fixture("claude.json"));
  await scene.store();
  const before = totals(data);
  await modal.getByRole("button", { name: "Import more" }).click();
  await scene.choose(fixture("chatgpt.json"));
  await scene.store();
  assert.deepEqual(totals(data), { conversations: before.conversations + 2, turns: before.turns + 4, integrity: "ok" });
  await modal.getByText("Undo…").click();
  await modal.getByRole("button", { name: "Undo this import" }).click();
  await modal.getByText("Undone: 2 conversations, 4 turns went.").waitFor();
  assert.deepEqual(totals(data), before);
  await modal.getByRole("button", { name: "Import more" }).click();
  await scene.choose(fixture("chatgpt.json"));
  await modal.getByText("2 new, 0 changed, 0 already here").waitFor();
  await scene.store();
  assert.equal(totals(data).turns, before.turns + 4);

  await modal.getByRole("link", { name: "All imports" }).click();
  await page.waitForURL(/\/imports$/);
  const batches = page.locator(".batch");
  await batches.nth(2).waitFor();
  assert.deepEqual(await batches.locator(".batch-state").allInnerTexts(), ["finished", "undone", "finished"]);
});

const plain = { javaScriptEnabled: false, files: [fixture("chatgpt.json"), fixture("claude.json")] };

scenario("without JavaScript imports are listed and undone by a form", plain, async ({ page, data }) => {
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Imports" }).click();
  await page.waitForURL(/\/imports$/);
  const batch = page.locator(".batch");
  assert.match(await batch.innerText(), /chatgpt\.json.*claude\.json/s);
  assert.match(await batch.locator(".outcome").innerText(), /3 imported, 1 skipped; brought 3 conversations/);
  await batch.getByText("Undo…").click();
  await batch.getByRole("button", { name: "Undo this import" }).click();
  await page.locator('.batch[data-state="undone"]').waitFor();
  assert.deepEqual(totals(data), { conversations: 0, turns: 0, integrity: "ok" });
});

scenario("pictures of the export are stored and shown, and missing ones are named", {}, async (scene) => {
  const { page, modal, data } = scene;
  const archive = zip({ "conversations.json": withPictures(["file-Sea1", "file-Gone1"]), "file-Sea1-sea.png": PNG });
  await scene.visit("/");
  await scene.openImport();
  await scene.choose({ name: "export.zip", mimeType: "application/zip", buffer: archive });
  await scene.store();
  assert.match(await modal.locator(".ledger").innerText(), /files\s+1/);
  await modal.locator(".lines").getByRole("link", { name: "Pictures of the sea" }).click();
  await page.waitForURL(/\/c\//);
  const picture = page.locator(".picture img");
  await until("the picture is there", () => picture.evaluate((image) => image.complete && image.naturalWidth === 1));
  assert.ok((await picture.getAttribute("alt")).length > 0);
  assert.match(await page.locator("p.enclosure").innerText(), /This picture is not in the export\./);
  assert.equal(rows(data, "SELECT count(*) AS number FROM convo_files")[0].number, 1);
  const html = await scene.html(new URL(page.url()).pathname);
  assert.match(html, /<img[^>]+src="\/files\/[0-9a-f]{64}"[^>]+loading="lazy"/);
});

scenario("all of it goes by keyboard alone", {}, async (scene) => {
  const { page, modal, data } = scene;
  await scene.visit("/");
  await page.locator("#sidebar").getByRole("button", { name: "Import", exact: true }).focus();
  await page.keyboard.press("Enter");
  await modal.waitFor();
  await scene.choose([json("a.json", chatgpt(500)), fixture("claude.json")]);
  await modal.getByText("501 conversations found").waitFor();
  await modal.locator(".lines li").first().waitFor();
  const at = () => page.evaluate(() => document.activeElement.closest("li")?.querySelector(".name").textContent);
  await modal.getByRole("button", { name: "Only new" }).focus();
  await page.keyboard.press("Tab");
  assert.equal(await at(), "Letter 0");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.equal(await at(), "Letter 1");
  await page.keyboard.press("End");
  await until("the last line has the focus", async () => (await at()) === "A leak under the sink");
  await page.keyboard.press("Space");
  await page.keyboard.press("PageUp");
  await until("a line above has the focus", async () => /^Letter 49\d$/.test(await at()));
  await page.keyboard.press("Home");
  await until("the first line has the focus", async () => (await at()) === "Letter 0");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await modal.getByRole("button", { name: "Import 499", exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Import 499");
  await page.keyboard.press("Enter");
  await modal.locator(".headline").waitFor();
  assert.equal(totals(data).conversations, 499);
});

/** A state.db as AI OS makes it, with one conversation of one turn. */
function stateDatabase() {
  const folder = mkdtempSync(path.join(tmpdir(), "aios-chat-state-"));
  const file = path.join(folder, "state.db");
  const database = new sqlite.Database(file);
  database.exec(`
    CREATE TABLE convos (
      id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT UNIQUE NOT NULL, channel TEXT DEFAULT 'react', name TEXT,
      started TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_updated TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
      archived BOOLEAN DEFAULT FALSE, weight REAL DEFAULT 0.5, turn_count INTEGER DEFAULT 0, indexed BOOLEAN DEFAULT FALSE,
      state_snapshot_json TEXT, summary TEXT, source TEXT DEFAULT 'aios');
    CREATE TABLE convo_turns (
      id INTEGER PRIMARY KEY AUTOINCREMENT, convo_id INTEGER NOT NULL, turn_index INTEGER NOT NULL,
      timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, user_message TEXT, assistant_message TEXT, feed_type TEXT,
      context_level INTEGER DEFAULT 0, metadata_json TEXT, state_snapshot_json TEXT);
    INSERT INTO convos (id, session_id, name, turn_count) VALUES (3, 'react_20260131_120000', 'Sky', 1);
    INSERT INTO convo_turns (convo_id, turn_index, user_message, assistant_message) VALUES (3, 0, 'Why is the sky blue?', 'Rayleigh.');
  `);
  database.close();
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true, force: true });
  return bytes;
}

scenario("a state.db of AI OS goes to the server whole, and another database is refused", {}, async (scene) => {
  const { modal, data, watch } = scene;
  watch.expectStatus(422, /^\/api\/import\/database$/);
  await scene.visit("/");
  await scene.openImport();
  const other = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(200)]);
  await scene.choose([json("state.db", stateDatabase()), json("other.db", other), fixture("claude.json")]);
  await modal.getByText(/other\.db is an SQLite database/).waitFor();
  await scene.store();
  assert.deepEqual(await scene.ledger(), { imported: 2 });
  await modal.locator(".warnings summary").first().click();
  assert.match(await modal.locator(".warnings").first().innerText(), /other\.db/);
  assert.deepEqual(rows(data, "SELECT name, source FROM convos ORDER BY name"), [
    { name: "A leak under the sink", source: "claude" },
    { name: "Sky", source: "aios" },
  ]);
});
