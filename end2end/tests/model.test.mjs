// A chat with a model server that speaks OpenAI's protocol.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { scenario, scripted, until } from "../support/scenario.mjs";

function turns(data) {
  return rows(data, "SELECT user_message AS question, assistant_message AS answer, status, model FROM convo_turns ORDER BY id");
}

const words = (turn) => turn.locator(".answer > .prose").innerText();

scripted("an answer comes in pieces, is stored, and survives a reload", async (scene, model) => {
  const { page, lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Tell me of the sea");
  const answer = await model.asked();
  assert.equal(answer.request.model, "scripted");
  assert.equal(answer.request.stream, true);
  assert.deepEqual(answer.request.messages, [{ role: "user", content: "Tell me of the sea" }]);
  await lastTurn.getByText("Writing", { exact: true }).waitFor();

  answer.say("The sea is **wi");
  await lastTurn.locator(".answer > .prose").getByText("The sea is").waitFor();
  assert.equal(await lastTurn.getAttribute("aria-busy"), "true");
  assert.doesNotMatch(await words(lastTurn), /wide/);
  await until("the first piece is in the database", () => turns(scene.data)[0].answer === "The sea is **wi");
  assert.equal(turns(scene.data)[0].status, "streaming");

  answer.say("de**.\n\n```rust\nfn wave() {");
  await lastTurn.locator(".answer strong").getByText("wide").waitFor();
  await lastTurn.locator(".answer pre code").getByText("fn wave() {").waitFor();
  answer.say(" loop {}");
  await lastTurn.locator(".answer pre code").getByText("fn wave() { loop {}").waitFor();
  answer.say(" }\n```\n\n波も広い。");
  answer.end();
  await page.locator('article.turn[aria-busy="false"]').waitFor();
  const shown = await words(lastTurn);
  assert.match(shown, /The sea is wide\.[^]*fn wave\(\) { loop {} }[^]*波も広い。/);
  const whole = "The sea is **wide**.\n\n```rust\nfn wave() { loop {} }\n```\n\n波も広い。";
  assert.deepEqual(turns(scene.data), [
    { question: "Tell me of the sea", answer: whole, status: "complete", model: "openai/scripted" },
  ]);

  await page.waitForURL(/\/c\//);
  await scene.reload();
  assert.equal(await words(lastTurn), shown);

  await scene.say("More");
  const next = await model.asked();
  assert.deepEqual(
    next.request.messages,
    [
      { role: "user", content: "Tell me of the sea" },
      { role: "assistant", content: whole },
      { role: "user", content: "More" },
    ],
    "the model is told what was said before",
  );
  next.say("It is deep.");
  next.end();
  await lastTurn.getByText("It is deep.").waitFor();
});

scripted("a reload in the middle of an answer goes on with it", async (scene, model) => {
  const { page, lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Count");
  const answer = await model.asked();
  answer.say("one, two, ");
  await lastTurn.getByText("one, two,").waitFor();
  await page.waitForURL(/\/c\//);
  await scene.reload();
  await lastTurn.getByText("one, two,").waitFor();
  assert.equal(await lastTurn.getAttribute("aria-busy"), "true");
  answer.say("three, ");
  await lastTurn.getByText("one, two, three,").waitFor();

  // What is said while nobody looks is there as well.
  await page.goto("about:blank");
  answer.say("four, ");
  await until("the fourth word is in the database", () => turns(scene.data)[0].answer.includes("four"));
  await page.goBack();
  await lastTurn.getByText("one, two, three, four,").waitFor();
  answer.say("five.");
  answer.end();
  await page.locator('article.turn[aria-busy="false"]').waitFor();
  assert.equal((await words(lastTurn)).trim(), "one, two, three, four, five.");
  assert.equal(turns(scene.data)[0].answer, "one, two, three, four, five.");
});

scripted("an answer ends whether anybody looks or not", async (scene, model) => {
  const { page, lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Work alone");
  const answer = await model.asked();
  answer.say("I go on ");
  await page.waitForURL(/\/c\//);
  const address = page.url();
  await lastTurn.getByText("I go on").waitFor();
  await page.goto("about:blank");
  answer.say("by myself.");
  answer.end();
  await until("the answer is stored", () => turns(scene.data)[0].status === "complete");
  await scene.visit(address);
  assert.equal((await words(lastTurn)).trim(), "I go on by myself.");
  assert.equal(await lastTurn.getAttribute("aria-busy"), "false");
});

scripted("the stop key ends an answer and keeps what had come", async (scene, model) => {
  const { page, lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Go on for ever");
  const answer = await model.asked();
  answer.say("And on, ");
  await lastTurn.getByText("And on,").waitFor();
  await page.waitForURL(/\/c\//);
  await page.getByRole("button", { name: "Stop" }).click();
  await lastTurn.getByText("Stopped. What had come is kept.").waitFor();
  await answer.closed;
  assert.deepEqual(turns(scene.data).map(({ answer, status }) => ({ answer, status })), [{ answer: "And on, ", status: "stopped" }]);
  await page.getByRole("button", { name: "Send" }).waitFor();
  await scene.reload();
  await lastTurn.getByText("And on,").waitFor();
  await lastTurn.getByText("Stopped. What had come is kept.").waitFor();
});

scripted("a model server that breaks off is named, and what had come is kept", async (scene, model) => {
  const { lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Break");
  const answer = await model.asked();
  answer.say("Half an ans");
  await lastTurn.getByText("Half an ans").waitFor();
  answer.breakOff();
  const problem = lastTurn.locator(".problem");
  await problem.waitFor();
  assert.match(await problem.innerText(), /openai/);
  await lastTurn.getByText("Half an ans").waitFor();
  assert.deepEqual(turns(scene.data).map(({ answer, status }) => ({ answer, status })), [{ answer: "Half an ans", status: "failed" }]);
});

scripted("what a model thinks is folded away from what it says", async (scene, model) => {
  const { lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Think first");
  const answer = await model.asked();
  answer.think("Let me see. ");
  await lastTurn.locator(".reasoning summary").waitFor();
  answer.say("Done.");
  answer.end();
  await lastTurn.getByText("Done.").waitFor();
  assert.equal((await words(lastTurn)).trim(), "Done.");
  await lastTurn.locator(".reasoning summary").click();
  assert.equal(await lastTurn.locator(".reasoning .prose").innerText(), "Let me see.");
});

scripted("a hostile answer is text while it streams and afterwards", async (scene, model) => {
  const { page, lastTurn } = scene;
  await scene.visit("/new");
  await scene.say("Attack");
  const answer = await model.asked();
  for (const piece of ["<scr", "ipt>window.ran=1</script> ", "![p](http://elsewhere", ".test/p.png) ", "[x](java", "script:window.ran=2) end"]) {
    answer.say(piece);
  }
  await lastTurn.getByText("end").first().waitFor();
  answer.end();
  await page.locator('article.turn[aria-busy="false"]').waitFor();
  assert.match(await words(lastTurn), /<script>window\.ran=1<\/script>/);
  assert.equal(await lastTurn.locator("img, script, a[href^=javascript]").count(), 0);
  assert.equal(await page.evaluate(() => window.ran), undefined);
});

const real = process.env.AIOS_CHAT_TEST_MODEL;
scenario(
  "a real model answers in pieces, and its answer is stored",
  { serve: ["--open-ai-url", real ?? ""], skip: real ? undefined : "AIOS_CHAT_TEST_MODEL names no model server" },
  async (scene) => {
    const { page, lastTurn } = scene;
    await scene.visit("/new");
    // Each length that the answer has on the page, so that pieces can be told from a whole.
    await page.evaluate(() => {
      window.lengths = new Set();
      const look = () => window.lengths.add(document.querySelector("article.turn:last-of-type .answer > .prose")?.textContent.length ?? 0);
      new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
    });
    await scene.say("Write three sentences about the sea.");
    await page.locator('article.turn[aria-busy="false"] .answer .block').first().waitFor();
    const [stored] = turns(scene.data);
    assert.match(stored.model, /^openai\//, "Recall answers where no model server does");
    assert.equal(stored.status, "complete");
    const lengths = await page.evaluate(() => window.lengths.size);
    assert.ok(lengths > 5, `the answer grew in ${lengths} steps`);
    assert.ok(stored.answer.length > 20);
    const shown = await words(lastTurn);
    await page.waitForURL(/\/c\//);
    await scene.reload();
    assert.equal(await words(lastTurn), shown);
    console.log(`the real model's answer grew in ${lengths} steps to ${stored.answer.length} characters`);
  },
);

scenario(
  "a real model's answer goes on where it was after a reload in the middle of it",
  { serve: ["--open-ai-url", real ?? ""], skip: real ? undefined : "AIOS_CHAT_TEST_MODEL names no model server" },
  async (scene) => {
    const { page, lastTurn } = scene;
    await scene.visit("/new");
    await scene.say("Write a long story of a lighthouse keeper, in at least ten paragraphs.");
    await page.waitForURL(/\/c\//);
    await until("some of it is in the database", () => turns(scene.data)[0]?.answer.length > 40);
    const before = turns(scene.data)[0];
    assert.equal(before.status, "streaming", "the model was too fast to be caught in the middle");
    await scene.reload();
    assert.equal(turns(scene.data)[0].status, "streaming", "it ended during the reload");
    const after = (await words(lastTurn)).length;
    await until("the text goes on", async () => (await words(lastTurn)).length > after);
    await page.locator('article.turn[aria-busy="false"] .answer .block').first().waitFor();
    const [stored] = turns(scene.data);
    assert.equal(stored.status, "complete");
    assert.ok(stored.answer.startsWith(before.answer), "what was there is the beginning of what there is");
    const shown = await words(lastTurn);
    await scene.reload();
    assert.equal(await words(lastTurn), shown, "what was heard in two pieces is what is stored");
    console.log(`reloaded at ${before.answer.length} of ${stored.answer.length} characters of the real model's answer`);
  },
);
