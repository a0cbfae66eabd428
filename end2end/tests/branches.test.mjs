// Other answers and other questions beside what there is, in one window and in two.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { scripted, until } from "../support/scenario.mjs";

const button = (where, name) => where.getByRole("button", { name, exact: true });
const count = (scene) => rows(scene.data, "SELECT count(*) AS turns FROM convo_turns")[0].turns;

/** Begins a conversation with one question that is answered. */
async function begin(scene, model, question, answer) {
  await scene.visit("/new");
  await scene.say(question);
  await finish(model, answer);
  await scene.page.waitForURL(/\/c\//);
  await scene.lastTurn.getByText(answer).waitFor();
  await scene.page.locator('article.turn[aria-busy="false"]').waitFor();
}

async function finish(model, text) {
  const answer = await model.asked();
  answer.say(text);
  answer.end();
}

scripted("an answer is asked for again, and arrows lead from one to the other", async (scene, model) => {
  const { page, lastTurn } = scene;
  await begin(scene, model, "Name a sea", "The Baltic.");
  await button(lastTurn, "Answer again").click();
  await finish(model, "The Aegean.");
  await lastTurn.getByText("The Aegean.").waitFor();
  await lastTurn.locator(".branch").getByText("2/2").waitFor();
  assert.equal(await page.locator("article.turn").count(), 1);
  assert.equal(count(scene), 2);

  await button(lastTurn, "Version before").focus();
  await page.keyboard.press("Enter");
  await lastTurn.getByText("The Baltic.").waitFor();
  await lastTurn.locator(".branch").getByText("1/2").waitFor();
  await scene.reload();
  await lastTurn.getByText("The Baltic.").waitFor();
  await button(lastTurn, "Version after").click();
  await lastTurn.getByText("The Aegean.").waitFor();
});

scripted("a question is changed in its place, and what there was is kept", async (scene, model) => {
  const { page, lastTurn } = scene;
  await begin(scene, model, "Name a sea", "The Baltic.");
  await button(lastTurn, "Change the question").click();
  const field = lastTurn.getByLabel("Your question");
  assert.equal(await field.inputValue(), "Name a sea");
  await field.press("Escape");
  await button(lastTurn, "Change the question").click();
  await field.fill("Name a lake");
  await field.press("Enter");
  const answer = await model.asked();
  assert.deepEqual(answer.request.messages, [{ role: "user", content: "Name a lake" }]);
  answer.say("Ohrid.");
  answer.end();
  await lastTurn.getByText("Ohrid.").waitFor();
  await lastTurn.locator(".branch").getByText("2/2").waitFor();
  assert.equal(await page.locator("article.turn").count(), 1);
  const questions = rows(scene.data, "SELECT user_message AS text, parent_id FROM convo_turns ORDER BY id");
  assert.deepEqual(questions, [
    { text: "Name a sea", parent_id: null },
    { text: "Name a lake", parent_id: null },
  ]);
});

scripted("two windows see the same answer grow, and the same branch", async (scene, model) => {
  const { page, context, lastTurn } = scene;
  await begin(scene, model, "Name a sea", "The Baltic.");
  const other = await context.newPage();
  await scene.visit(page.url(), other);
  const otherTurn = other.locator("article.turn").last();
  await otherTurn.getByText("The Baltic.").waitFor();
  await button(lastTurn, "Answer again").click();
  const answer = await model.asked();
  answer.say("The Aeg");
  for (const turn of [lastTurn, otherTurn]) await turn.getByText("The Aeg").waitFor();
  answer.say("ean.");
  answer.end();
  for (const turn of [lastTurn, otherTurn]) {
    await turn.getByText("The Aegean.").waitFor();
    await turn.locator(".branch").getByText("2/2").waitFor();
  }
  await button(otherTurn, "Version before").click();
  for (const turn of [lastTurn, otherTurn]) await turn.getByText("The Baltic.").waitFor();
  assert.equal(await page.locator("article.turn").count(), 1);
});

scripted("an answer that was cut off goes on in its place", async (scene, model) => {
  const { lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Count");
  const answer = await model.asked();
  answer.say("one, ");
  await lastTurn.getByText("one,").waitFor();
  await scene.page.waitForURL(/\/c\//);
  answer.breakOff();
  await button(lastTurn, "Continue").click();
  const rest = await model.asked();
  assert.deepEqual(rest.request.messages.map(({ role }) => role), ["user", "assistant", "user"]);
  rest.say("two.");
  rest.end();
  await lastTurn.getByText("one, two.").waitFor();
  await until("it is stored", () => rows(scene.data, "SELECT status FROM convo_turns")[0].status === "complete");
  assert.deepEqual(rows(scene.data, "SELECT assistant_message AS text FROM convo_turns"), [{ text: "one, two." }]);
});

scripted("a second message waits for the end of the answer before it, and a draft for its writer", async (scene, model) => {
  const { page, lastTurn } = scene;
  await begin(scene, model, "One?", "First.");
  await scene.say("Two?");
  const second = await model.asked();
  await scene.say("Three?");
  await lastTurn.getByText("Three?").waitFor();
  await page.getByLabel("Message", { exact: true }).fill("Not yet sent");
  second.say("Second.");
  second.end();
  await finish(model, "Third.");
  await lastTurn.getByText("Third.").waitFor();
  assert.equal(count(scene), 3);
  await scene.reload();
  assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "Not yet sent");
});
