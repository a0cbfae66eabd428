// The server goes away and comes back while the page is open.
import assert from "node:assert/strict";
import { rows, totals } from "../support/database.mjs";
import { ModelServer } from "../support/model_server.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";

const LOST = "No connection to the server";

function expectLoss(watch) {
  watch.expectConsole(/WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/ws' failed|ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/);
  watch.expectFailure(/ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/);
}

scenario("a message that is written while the server is away is sent once, when it is back", { files: [fixture("chatgpt.json")] }, async (scene) => {
  const { page, server, watch, lines, lastTurn } = scene;
  expectLoss(watch);
  await scene.visit("/");
  await lines.filter({ hasText: "Bread" }).click();
  await page.waitForURL(/\/c\//);
  await page.locator("article.turn").nth(1).waitFor();
  await server.stop();
  await page.getByText(LOST).waitFor();
  await scene.say("Are you there? Kythnos");
  await lastTurn.getByText("Sending…").waitFor();
  assert.equal(await page.locator("article.turn").first().isVisible(), true, "what is on the page stays");
  await server.startAgain();
  await page.getByText(LOST).waitFor({ state: "hidden" });
  await lastTurn.getByText("Recall searches your own history").waitFor();
  assert.equal(await page.locator("article.turn").count(), 3);
  const said = rows(scene.data, "SELECT status FROM convo_turns WHERE user_message = 'Are you there? Kythnos'");
  assert.deepEqual(said, [{ status: "complete" }]);
});

scenario("a message that is lost on its way is sent again, once", {}, async (scene) => {
  const { page, server, watch, lastTurn } = scene;
  expectLoss(watch);
  await scene.visit("/new");
  // It leaves the browser, and the server dies before it reads it.
  server.freeze();
  await scene.say("Lost in the post");
  await lastTurn.getByText("Sending…").waitFor();
  await server.kill();
  await page.getByText(LOST).waitFor();
  await server.startAgain();
  await lastTurn.getByText("not a language model").waitFor();
  assert.deepEqual(rows(scene.data, "SELECT user_message AS text, status FROM convo_turns"), [{ text: "Lost in the post", status: "complete" }]);
  assert.equal(totals(scene.data).conversations, 1);
});

let model;
scenario(
  "an answer that the server's end cuts off is kept as far as it came, and the page says so",
  { serve: async () => ["--open-ai-url", (model = await ModelServer.start()).url] },
  async (scene) => {
    const { page, server, watch, lastTurn } = scene;
    expectLoss(watch);
    await scene.visit("/new");
    await scene.say("A long story");
    const answer = await model.asked();
    answer.say("Once upon a time ");
    await lastTurn.getByText("Once upon a time").waitFor();
    await until("the first words are stored", () => rows(scene.data, "SELECT assistant_message AS text FROM convo_turns")[0].text !== "");
    await page.waitForURL(/\/c\//);
    await server.kill();
    await page.getByText(LOST).waitFor();
    await server.startAgain();
    await lastTurn.getByText("Interrupted").waitFor();
    await lastTurn.getByText("Once upon a time").waitFor();
    const stored = rows(scene.data, "SELECT assistant_message AS text, status FROM convo_turns");
    assert.deepEqual(stored, [{ text: "Once upon a time ", status: "interrupted" }]);
    assert.equal(totals(scene.data).integrity, "ok");
    await model.stop();
  },
);
