// What is said to those who hear the page, and what comes back into the field.
import assert from "node:assert/strict";
import { fixture, scenario, scripted, until } from "../support/scenario.mjs";

const said = (page) => page.locator("#said");

scripted("an answer is announced sentence by sentence, not token by token, and so is its end", async (scene, model) => {
  const { page } = scene;
  await scene.visit("/new");
  // Whatever the region ever said.
  await page.evaluate(() => {
    globalThis.heard = [];
    const note = () => document.querySelectorAll("#said p:not([data-heard])").forEach((line) => (line.dataset.heard = "", heard.push(line.textContent)));
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
  });
  await scene.say("Count ships.");
  const answer = await model.asked();
  for (const piece of ["One **sh", "ip** pas", "ses. Two"]) answer.say(piece);
  await said(page).getByText("One ship passes.").waitFor({ state: "attached" });
  answer.say(" more");
  answer.say(" wait.\n\n```js\nlet ships = 3;\n```\n");
  answer.end();
  await said(page).getByText("Answer finished.").waitFor({ state: "attached" });
  const heard = await page.evaluate(() => globalThis.heard);
  assert.equal(heard.join(" "), "One ship passes. Two more wait. Code. Answer finished.");
  assert.equal(await said(page).getAttribute("aria-live"), "polite");
  // The page of the new conversation has the field, and whoever wrote goes on writing.
  await page.waitForURL(/\/c\//);
  await until("the field has the focus", () => page.evaluate(() => document.activeElement.id === "message"));
});

scenario("arrows bring back what was said before into an empty field, and leave what is written alone", { files: [fixture("claude.json")] }, async (scene) => {
  const { page, lines } = scene;
  await scene.visit("/");
  await lines.first().click();
  await page.waitForURL(/\/c\//);
  const field = page.getByLabel("Message", { exact: true });
  await field.click();
  const [older, newer] = await page.locator(".question .prose").allInnerTexts();
  await until("the last one is back", async () => {
    if ((await field.inputValue()) === "") await field.press("ArrowUp");
    return (await field.inputValue()).slice(0, 10) === newer.slice(0, 10);
  });
  await field.press("ArrowUp");
  assert.equal((await field.inputValue()).slice(0, 10), older.slice(0, 10));
  await field.press("ArrowUp");
  assert.equal((await field.inputValue()).slice(0, 10), older.slice(0, 10));
  await field.press("ArrowDown");
  await field.press("ArrowDown");
  assert.equal(await field.inputValue(), "");
  await field.fill("mine");
  await field.press("ArrowUp");
  assert.equal(await field.inputValue(), "mine");
});
