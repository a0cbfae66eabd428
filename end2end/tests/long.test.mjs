// A conversation of thousands of turns opens, scrolls and is found in like a short one.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { longConversation } from "../support/exports.mjs";
import { scenario, until } from "../support/scenario.mjs";

const COUNT = 3000;
const folder = mkdtempSync(path.join(tmpdir(), "aios-chat-long-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, "conversations.json");
const turns = Array.from({ length: COUNT }, (_, at) => [
  `Question ${at + 1}: what of the harbour?`,
  `Answer ${at + 1}.\n\n${at === 1233 ? "A cormorant sits on the pier." : "Two ships pass the light."}\n\n- one\n- two\n\n${"Words of a long answer. ".repeat(at % 7 === 0 ? 60 : 4)}`,
]);
writeFileSync(file, longConversation("The harbour", turns));
const files = [file];

const numbers = (page) =>
  page.locator("article.turn .question").evaluateAll((all) => all.map((one) => Number(/Question (\d+):/.exec(one.textContent)[1])));

async function open(scene) {
  const { page, lines } = scene;
  await scene.visit("/");
  const address = await lines.first().getAttribute("href");
  await scene.visit(address);
  await page.locator("article.turn").first().waitFor();
  return address;
}

function follows(shown, what) {
  assert.ok(shown.length > 0, what);
  shown.forEach((number, at) => assert.equal(number, shown[0] + at, `${what}: each turn once and in order`));
}

scenario("a long conversation opens at its end and goes along as one scrolls", { files }, async (scene) => {
  const { page } = scene;
  await open(scene);
  await page.waitForFunction(() => scrollY > 0);
  assert.equal((await numbers(page)).at(-1), COUNT);
  const steps = 12;
  for (let step = 0; step < steps; step += 1) {
    const [before] = await numbers(page);
    // Up to the second turn that is there, as a reader would get to it.
    await page.evaluate(() => document.querySelectorAll("article.turn")[1].scrollIntoView());
    await until("earlier turns came", async () => (await numbers(page))[0] < before);
    const shown = await numbers(page);
    follows(shown, `scrolled up ${step + 1} times`);
    const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes < 2600, `${nodes} elements after scrolling up ${step + 1} times`);
  }
  const up = await numbers(page);
  assert.ok(up.at(-1) < COUNT, "what is far away was dropped");
  // Turns that were asked for above may still come, and others go below: the reader scrolls on.
  await until("later turns came", async () => {
    await page.evaluate(() => scrollTo(0, document.scrollingElement.scrollHeight));
    return (await numbers(page)).at(-1) > up.at(-1);
  });
  follows(await numbers(page), "scrolled down");
});

scenario("what is being read stays where it is when turns come above it", { files }, async (scene) => {
  const { page } = scene;
  await open(scene);
  await page.waitForFunction(() => scrollY > 0);
  const first = page.locator("article.turn").first();
  const id = await first.getAttribute("id");
  // Where its top is when a frame is painted: what is between two frames nobody sees.
  const top = () =>
    page.evaluate((id) => new Promise((resolve) => {
      const observer = new IntersectionObserver(([entry]) => {
        observer.disconnect();
        resolve(entry.boundingClientRect.top);
      });
      observer.observe(document.getElementById(id));
    }), id);
  await page.evaluate((id) => document.getElementById(id).scrollIntoView(), id);
  const before = await top();
  await until("earlier turns came", async () => (await first.getAttribute("id")) !== id);
  assert.ok(Math.abs((await top()) - before) <= 1, `it was at ${before} and is at ${await top()}`);
});

scenario("any turn is gone to by its number, by words and by the outline, and written on from there", { files }, async (scene) => {
  const { page } = scene;
  const address = await open(scene);
  const panel = page.locator("#outline");
  await page.getByRole("button", { name: "Find in this conversation" }).click();
  await panel.locator("li a").first().waitFor();
  assert.ok((await panel.locator("li a").count()) <= 200);
  await panel.getByLabel(/^Turn, of 3000/).fill("1500");
  await panel.getByRole("button", { name: "Go there" }).click();
  await page.waitForURL(/number=1500/);
  await page.getByText("Question 1500:").waitFor();
  follows(await numbers(page), "at a number");

  await page.goto(address);
  await page.getByRole("button", { name: "Find in this conversation" }).click();
  await panel.getByLabel("Words").fill("cormorant");
  await panel.getByRole("button", { name: "Find" }).click();
  await page.waitForURL(/\/search\?/);
  await page.locator(".hits ul a").first().click();
  await page.waitForURL(/turn=/);
  const found = page.getByText("A cormorant sits on the pier.");
  await found.waitFor();
  // The page has been scrolled there: that is the last thing that going somewhere does.
  await until("what was found is in sight", () =>
    found.evaluate((element) => scrollY > 0 && element.getBoundingClientRect().bottom < innerHeight));
  const shown = await numbers(page);
  assert.ok(shown.includes(1234) && shown.at(-1) < COUNT);

  await scene.say("And the last?");
  await page.locator("article.turn .question", { hasText: "And the last?" }).waitFor();
  await until("it stands behind the last turn", async () => {
    const texts = await page.locator("article.turn .question").allInnerTexts();
    return /And the last\?/.test(texts.at(-1)) && /Question 3000:/.test(texts.at(-2) ?? "");
  });
});

scenario("without JavaScript links lead through a long conversation", { files, javaScriptEnabled: false }, async ({ page, lines }) => {
  await page.goto("/");
  await page.goto(await lines.first().getAttribute("href"));
  assert.equal((await numbers(page)).at(-1), COUNT);
  await page.getByRole("link", { name: `Show ${COUNT - 24} earlier` }).click();
  await page.waitForURL(/turn=/);
  const shown = await numbers(page);
  assert.ok(shown.includes(COUNT - 23) && shown[0] < COUNT - 30);
  const before = page.url();
  await page.getByRole("link", { name: / later$/ }).click();
  await page.waitForURL((url) => url.href !== before);
  assert.equal((await numbers(page)).at(-1), COUNT);
});
