// A chat with Recall, the agent that needs no model.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { fixture, scenario } from "../support/scenario.mjs";

const withHistory = { files: [fixture("chatgpt.json")] };

scenario("a message is shown at once, before the server knows of it, and answered from the history", withHistory, async (scene) => {
  const { page, server, lastTurn } = scene;
  await scene.visit("/new");
  const field = page.getByLabel("Message", { exact: true });
  await field.fill("Which ferry stops at Kythnos?");
  server.freeze();
  await field.press("Enter");
  assert.equal(await lastTurn.locator(".question .prose").innerText(), "Which ferry stops at Kythnos?");
  assert.equal(await lastTurn.locator(".progress").innerText(), "Sending…");
  assert.equal(await field.inputValue(), "");
  server.thaw();

  const answer = lastTurn.locator(".answer .prose").last();
  await answer.getByText("Recall searches your own history").waitFor();
  assert.match(await answer.innerText(), /Πλοία από τον Πειραιά/);
  await page.waitForURL(/\/c\//);
  const stored = () =>
    rows(scene.data, "SELECT user_message AS question, assistant_message AS answer, status, model FROM convo_turns WHERE client_id IS NOT NULL");
  await page.locator('article.turn[aria-busy="false"]').waitFor();
  const [turn] = stored();
  assert.equal(stored().length, 1);
  assert.equal(turn.question, "Which ferry stops at Kythnos?");
  assert.equal(turn.status, "complete");
  assert.equal(turn.model, "recall");
  assert.match(turn.answer, /not a language model/);
  await scene.lines.filter({ hasText: "Which ferry" }).waitFor();

  const shown = await answer.innerText();
  await scene.reload();
  assert.equal(await lastTurn.locator(".question .prose").innerText(), "Which ferry stops at Kythnos?");
  assert.equal(await answer.innerText(), shown, "a reload shows the same answer");
  assert.ok((await scene.html(new URL(page.url()).pathname)).includes("Which ferry stops at Kythnos?"));

  await answer.getByRole("link", { name: "Πλοία από τον Πειραιά" }).click();
  await page.waitForURL((url) => decodeURIComponent(url.pathname) !== "/new");
  await page.getByText("Three of them").waitFor();
});

scenario("two messages in a row make two turns of one conversation", {}, async (scene) => {
  const { page } = scene;
  const answers = page.locator('article.turn[aria-busy="false"] .answer .prose');
  await scene.visit("/new");
  await scene.say("first: anything about kites?");
  await answers.nth(0).waitFor();
  await page.waitForURL(/\/c\//);
  await scene.say("second: and about boats?");
  await answers.nth(1).waitFor();
  const turns = rows(scene.data, "SELECT id, parent_id, convo_id, user_message AS text FROM convo_turns ORDER BY id");
  assert.deepEqual(turns.map(({ text }) => text), ["first: anything about kites?", "second: and about boats?"]);
  assert.equal(turns[1].parent_id, turns[0].id);
  assert.equal(turns[1].convo_id, turns[0].convo_id);
});

scenario("a second tab on the same conversation sees what is said in the first", withHistory, async (scene) => {
  const { page, context, lines } = scene;
  await scene.visit("/");
  await lines.filter({ hasText: "Bread" }).click();
  await page.waitForURL(/\/c\//);
  const other = await context.newPage();
  await scene.visit(page.url(), other);
  await other.locator("article.turn").nth(1).waitFor();
  await page.bringToFront();
  await scene.say("And the early boat?");
  for (const tab of [page, other]) {
    const turn = tab.locator("article.turn").nth(2);
    await turn.locator(".answer").getByText("Recall searches your own history").waitFor();
    assert.equal(await turn.locator(".question .prose").innerText(), "And the early boat?");
    assert.equal(await tab.locator("article.turn").count(), 3);
  }
});

scenario("Shift and Enter make a new line, Enter alone sends", {}, async (scene) => {
  const { page, lastTurn } = scene;
  await scene.visit("/new");
  const field = page.getByLabel("Message", { exact: true });
  await field.pressSequentially("one");
  await field.press("Shift+Enter");
  await field.pressSequentially("two");
  assert.equal(await field.inputValue(), "one\ntwo");
  assert.equal(await page.locator("article.turn").count(), 0);
  await field.press("Enter");
  await lastTurn.locator(".answer").getByText("not a language model").waitFor();
  assert.deepEqual(rows(scene.data, "SELECT user_message AS text FROM convo_turns"), [{ text: "one\ntwo" }]);
});

scenario("an empty message is not sent, and one that is too long is kept in the field", {}, async (scene) => {
  const { page } = scene;
  await scene.visit("/new");
  const field = page.getByLabel("Message", { exact: true });
  await field.fill(" \n ");
  await field.press("Enter");
  assert.equal(await page.getByRole("button", { name: "Send" }).isDisabled(), true);
  const long = "é".repeat(30_000);
  await field.fill(long);
  await field.press("Enter");
  await page.locator(".composer .problem").getByText("Nothing was sent").waitFor();
  assert.equal(await field.inputValue(), long);
  assert.equal(await page.locator("article.turn").count(), 0);
  assert.deepEqual(rows(scene.data, "SELECT * FROM convo_turns"), []);
});

scenario("a thumb on an answer is stored, and taken back", withHistory, async (scene) => {
  const { page, lines } = scene;
  const rated = () => rows(scene.data, "SELECT rating FROM message_ratings");
  await scene.visit("/");
  await lines.filter({ hasText: "Πλοία" }).click();
  const thumb = page.getByRole("button", { name: "Good answer" });
  const told = () => page.waitForResponse(/\/api\/fn\/rate/);
  await Promise.all([told(), thumb.click()]);
  assert.deepEqual(rated(), [{ rating: "up" }]);
  await scene.reload();
  assert.equal(await thumb.getAttribute("aria-pressed"), "true");
  await Promise.all([told(), thumb.click()]);
  assert.deepEqual(rated(), []);
});
