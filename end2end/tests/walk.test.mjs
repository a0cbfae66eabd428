// The main job: a real export goes in, its history comes out.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { rows, totals } from "../support/database.mjs";
import { fixture, scenario } from "../support/scenario.mjs";
import { here } from "../support/server.mjs";
import { zip } from "../support/zip.mjs";

const CHATGPT_TURNS = [
  {
    name: "Bread on Sunday",
    source: "chatgpt",
    question: "When do I start the dough for bread on Sunday morning? パンは日曜の朝に。",
    answer: "On Saturday evening, with a **cold proof** overnight.\n\n| step | hour |\n|---|---|\n| mix | 18:00 |\n| bake | 08:00 |",
    model: "gpt-5",
    timestamp: 1767434400250,
  },
  {
    name: "Bread on Sunday",
    source: "chatgpt",
    question: "Write the schedule as a function.",
    answer: "The first version, which was thrown away: use a spreadsheet.",
    model: "gpt-5",
    timestamp: 1767434500000,
  },
  {
    name: "Bread on Sunday",
    source: "chatgpt",
    question: "Write the schedule as a function.",
    answer:
      "Here it is:\n\n```python\ndef hours(flour, cold):\n    return flour // 100 + (12 if cold else 4)\n```\n\nالخبز جاهز 🥖",
    model: "gpt-5",
    timestamp: 1767434500000,
  },
  {
    name: "Πλοία από τον Πειραιά",
    source: "chatgpt",
    question: "Which ferries leave Piraeus before seven?",
    answer: "Three of them: 06:00, 06:15 and 06:45. The early boat stops at **Kythnos** first.",
    model: "gpt-4o",
    timestamp: 1735725600000,
  },
];

/** All turns of the history with what they belong to, as the tests above write them. */
function storedTurns(data) {
  return rows(
    data,
    `SELECT name, source, user_message AS question, assistant_message AS answer, convo_turns.model, timestamp
     FROM convo_turns JOIN convos ON convos.id = convo_id ORDER BY timestamp DESC, convo_turns.id`,
  );
}

const byQuestionAndAnswer = (a, b) => (a.question + a.answer < b.question + b.answer ? -1 : 1);

scenario("a ChatGPT export goes in by the file chooser and its history comes out", {}, async (scene) => {
  const { page, modal, lines } = scene;
  await scene.visit("/");
  await page.getByRole("heading", { name: "Bring your conversations home" }).waitFor();
  await page.getByRole("main").getByRole("button", { name: /choose a file/ }).click();
  await modal.waitFor();
  const chooser = page.waitForEvent("filechooser");
  await modal.getByText("or choose a file").click();
  await (await chooser).setFiles(fixture("chatgpt.json"));

  await modal.getByText("2 conversations found").waitFor();
  assert.match(await modal.locator(".found").innerText(), /2 new, 0 changed, 0 already here, 1 empty/);
  const preview = modal.locator(".lines li");
  await preview.nth(2).waitFor();
  assert.deepEqual(await preview.locator(".name").allInnerTexts(), ["Bread on Sunday", "Πλοία από τον Πειραιά", "New chat"]);
  assert.deepEqual(await preview.locator(".state").allInnerTexts(), ["new", "new", "empty"]);
  assert.match(await preview.last().locator(".reason").innerText(), /^Nothing was said in it\. \(chatgpt\.json, conversation 3, byte \d+\)$/);
  assert.equal(await preview.last().getByRole("checkbox").count(), 0, "what is empty cannot be chosen");
  assert.equal(totals(scene.data).conversations, 0, "nothing is stored before it is seen");

  await scene.store();
  assert.equal(await modal.locator(".headline").innerText(), "2 conversations are now in your history");
  assert.deepEqual(await scene.ledger(), { imported: 2, skipped: 1 });
  await modal.getByRole("button", { name: "Done" }).click();
  await modal.waitFor({ state: "hidden" });

  await lines.nth(1).waitFor();
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["Bread on Sunday", "Πλοία από τον Πειραιά"]);
  await page.getByRole("heading", { name: "Library" }).waitFor();

  await lines.first().click();
  await page.waitForURL(/\/c\//);
  assert.equal(await page.getByLabel("Title").inputValue(), "Bread on Sunday");
  const turns = page.locator("article.turn");
  await turns.nth(1).waitFor();
  assert.equal(await turns.count(), 2, "the branch that was left open, not both");
  assert.match(await turns.first().locator(".question").innerText(), /パンは日曜の朝に。/);
  assert.equal(await turns.first().locator(".answer strong").innerText(), "cold proof");
  assert.deepEqual(await turns.first().locator(".answer td").allInnerTexts(), ["mix", "18:00", "bake", "08:00"]);
  assert.match(await turns.nth(1).locator(".answer pre code").innerText(), /def hours\(flour, cold\):\n {4}return/);
  assert.match(await turns.nth(1).locator(".answer").innerText(), /الخبز جاهز 🥖/);
  assert.match(await turns.nth(1).locator(".branch").innerText(), /2\/2/);

  const html = await scene.html(new URL(page.url()).pathname);
  for (const words of ["Bread on Sunday", "パンは日曜の朝に。", "<strong>cold proof</strong>", "الخبز جاهز 🥖"]) {
    assert.ok(html.includes(words), `the HTML of the page has: ${words}`);
  }

  assert.deepEqual(storedTurns(scene.data).sort(byQuestionAndAnswer), CHATGPT_TURNS.toSorted(byQuestionAndAnswer));
  const [bread] = rows(scene.data, "SELECT source_id, started, last_updated, archived FROM convos WHERE name = ?", ["Bread on Sunday"]);
  assert.deepEqual(bread, {
    source_id: "67780001-0000-4000-8000-000000000001",
    started: 1767434400250,
    last_updated: 1767434520000,
    archived: 0,
  });
  assert.equal(totals(scene.data).integrity, "ok");

  await scene.reload();
  assert.match(await turns.nth(1).locator(".answer").innerText(), /Here it is/);
});

scenario("a Claude export brings its thoughts and attachments along", {}, async (scene) => {
  const { page, modal, lines } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(fixture("claude.json"));
  await modal.getByText("1 conversation found").waitFor();
  await scene.store();
  assert.deepEqual(await scene.ledger(), { imported: 1 });
  await modal.locator(".lines").getByRole("link", { name: "A leak under the sink" }).click();
  await page.waitForURL(/\/c\//);
  await modal.waitFor({ state: "hidden" });
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["A leak under the sink"]);

  const first = page.locator("article.turn").first();
  await first.waitFor();
  await first.locator(".enclosure summary").click();
  assert.equal(await first.locator(".enclosure pre").innerText(), "Trap worn. Order 1 1/2 inch slip joint washer.");
  await first.locator(".reasoning summary").click();
  assert.match(await first.locator(".reasoning .prose").innerText(), /A slip joint washer seals the trap\./);
  assert.equal(await first.locator(".answer .block").first().innerText(), "The trap leaks at its joint; a new washer is enough.");

  const html = await scene.html(new URL(page.url()).pathname);
  assert.ok(html.includes("leaks at its joint; a new washer is enough.") && html.includes("Меньше одного евро."));

  const stored = storedTurns(scene.data).toReversed();
  assert.deepEqual(
    stored.map(({ source, timestamp, answer }) => ({ source, timestamp, answer })),
    [
      { source: "claude", timestamp: 1771056000123, answer: "The **trap** leaks at its joint; a new washer is enough." },
      { source: "claude", timestamp: 1771056110000, answer: "Меньше одного евро." },
    ],
  );
  assert.match(stored[0].question, /^What does this note of the plumber mean\?/);
});

scenario("the same export again is recognised and adds nothing", {}, async (scene) => {
  const { modal } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(fixture("chatgpt.json"));
  await scene.store();
  const before = rows(scene.data, "SELECT * FROM convos ORDER BY id");
  const { turns } = totals(scene.data);

  await modal.getByRole("button", { name: "Import more" }).click();
  await scene.choose(fixture("chatgpt.json"));
  await modal.locator(".found").waitFor();
  await modal.locator(".lines li").nth(2).waitFor();
  assert.deepEqual(await modal.locator(".lines .state").allInnerTexts(), ["already here", "already here", "empty"]);
  assert.equal(await modal.getByRole("button", { name: "Import 0" }).isDisabled(), true, "what is here is not chosen");

  await modal.getByRole("button", { name: "All", exact: true }).click();
  await scene.store();
  assert.deepEqual(await scene.ledger(), { unchanged: 2, skipped: 1 });
  assert.equal(await modal.locator(".headline").innerText(), "Everything was here already");
  assert.deepEqual(rows(scene.data, "SELECT * FROM convos ORDER BY id"), before);
  assert.equal(totals(scene.data).turns, turns);
});

scenario("only what is chosen is stored", {}, async (scene) => {
  const { modal } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(fixture("chatgpt.json"));
  await modal.locator(".lines li").filter({ hasText: "Bread" }).getByRole("checkbox").uncheck();
  await modal.getByRole("button", { name: "Import 1" }).click();
  await modal.locator(".headline").waitFor();
  const names = rows(scene.data, "SELECT name FROM convos").map(({ name }) => name);
  assert.deepEqual(names, ["Πλοία από τον Πειραιά"]);
});

scenario("a zip that is dropped anywhere on the page is imported, several files at once too", {}, async (scene) => {
  const { page, modal } = scene;
  const archive = zip({
    "user.json": JSON.stringify({ id: "user-1", email: "somebody@example.test" }),
    "conversations.json": readFileSync(fixture("chatgpt.json")),
    "chat.html": "<html>\n<head>\n    <title>ChatGPT Data Export</title></head></html>",
  });
  await scene.visit("/");
  const dropped = await page.evaluateHandle(
    (files) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    },
    [
      { name: "export.zip", base64: archive.toString("base64") },
      { name: "claude.json", base64: readFileSync(fixture("claude.json")).toString("base64") },
    ],
  );
  await page.locator("main").dispatchEvent("dragover", { dataTransfer: dropped });
  await page.getByText("Drop to import").waitFor();
  await page.locator("main").dispatchEvent("drop", { dataTransfer: dropped });
  await modal.getByText("3 conversations found").waitFor();
  await page.getByText("Drop to import").waitFor({ state: "hidden" });
  await scene.store();
  assert.deepEqual(await scene.ledger(), { imported: 3, skipped: 1 });
  const bySource = rows(scene.data, "SELECT source, count(*) AS number FROM convos GROUP BY source ORDER BY source");
  assert.deepEqual(bySource, [
    { source: "chatgpt", number: 2 },
    { source: "claude", number: 1 },
  ]);
});

const shared = path.join(here, "..", "..", "shared", "fixtures");
const REAL = [
  ["ChatGPT", "chatgpt/Maple1222__ai-collab-review__chatgpt_conversations.json", "chatgpt"],
  ["ChatGPT", "chatgpt/quentinous__chatgpt-export-studio__sample_export.zip", "chatgpt"],
  ["Claude", "claude/osteele__claude-chat-viewer__conversations.json", "claude"],
];
for (const [title, file, source] of REAL) {
  const skip = existsSync(path.join(shared, file)) ? undefined : "the collection of real exports is not here";
  scenario(`${file.split("/")[1]} of other people's ${title} exports walks the same way`, { skip }, async (scene) => {
    const { page, modal, lines } = scene;
    await scene.visit("/");
    await scene.openImport();
    await scene.choose(path.join(shared, file));
    await modal.locator(".found").waitFor();
    await scene.store();
    const { imported } = await scene.ledger();
    assert.ok(imported > 0);
    await modal.getByRole("button", { name: "Done" }).click();
    await lines.nth(imported - 1).waitFor();
    await lines.first().click();
    await page.waitForURL(/\/c\//);
    await page.locator("article.turn .answer .block").first().waitFor();
    const [{ number }] = rows(scene.data, "SELECT count(*) AS number FROM convos WHERE source = ?", [source]);
    assert.equal(number, imported);
    const [{ question }] = rows(
      scene.data,
      "SELECT user_message AS question FROM convo_turns JOIN convos ON convos.id = convo_id WHERE session_id = ? ORDER BY convo_turns.id LIMIT 1",
      [decodeURIComponent(new URL(page.url()).pathname.slice(3))],
    );
    const words = question.match(/[\p{L}\p{N} ]{4,}/u)?.[0].trim();
    assert.ok((await scene.html(new URL(page.url()).pathname)).includes(words), `the page has: ${words}`);
  });
}
