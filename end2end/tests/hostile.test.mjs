// A list of hostile inputs (the ideas of the public lists of filter evasions, tricks of markdown, addresses, directions of writing, names
// of files) goes through the import, the chat and every view: no script runs, nothing leaves for elsewhere, nothing scrolls sideways.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { expectAbsence, fill } from "../support/copies.mjs";
import { longConversation } from "../support/exports.mjs";
import { ModelServer } from "../support/model_server.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";
import { zip } from "../support/zip.mjs";

const inputs = JSON.parse(readFileSync(fixture("hostile_inputs.json"), "utf8"));
const PER_CONVERSATION = 25;
assert.ok(new Set(inputs).size >= 400, "hundreds of different inputs");

/** One conversation for each title, and all inputs as questions and answers. */
function exported() {
  const long = [];
  for (let from = 0; from < inputs.length; from += PER_CONVERSATION) {
    const turns = inputs.slice(from, from + PER_CONVERSATION).map((input) => [input, input]);
    long.push(...JSON.parse(longConversation(`Corpus ${from}`, turns)));
  }
  const titled = inputs.map((input, at) => {
    const [one] = JSON.parse(longConversation(input, [[`About ${at}`, "Yes."]]));
    return { ...one, conversation_id: `titled-${at}` };
  });
  return JSON.stringify([...long, ...titled]);
}

const isQuiet = async (page, what) => {
  const found = await page.evaluate(() => ({
    ran: window.ran,
    foreign: document.querySelectorAll("main :is(iframe, object, embed, base, style, script:not([nonce]), math script, video, audio, frame)").length,
    handlers: [...document.querySelectorAll("body *")].flatMap((element) => element.getAttributeNames()).filter((name) => /^on|^ping$|^srcset$/.test(name)),
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href).filter((href) => !/^(https?:|mailto:|about:blank#|\/(?!\/))/.test(href) && !href.startsWith(`blob:${location.origin}/`)),
    sideways: Math.max(document.scrollingElement.scrollWidth - document.documentElement.clientWidth, 0),
    hasPage: document.querySelector("main")?.getBoundingClientRect().width > 200,
  }));
  assert.deepEqual(found, { ran: undefined, foreign: 0, handlers: [], links: [], sideways: 0, hasPage: true }, what);
};

const screens = [
  ["on a desk", {}],
  ["on a phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
];
for (const [where, options] of screens) {
  scenario(`no hostile input of an import does anything ${where}`, options, async (scene) => {
    const { page, modal } = scene;
    await scene.visit("/");
    if (options.isMobile) await page.getByRole("button", { name: "Conversations", exact: true }).tap();
    await scene.openImport();
    // Names in a zip are at most 64 KiB long.
    const names = inputs.filter((input) => Buffer.byteLength(input) < 1000);
    const archive = zip({ "conversations.json": exported(), ...Object.fromEntries(names.map((name) => [name, "{}"])) });
    await scene.choose({ name: "\"><img src=x onerror=window.ran=1>.zip", mimeType: "application/zip", buffer: archive });
    await modal.locator(".found").waitFor();
    await isQuiet(page, "the preview");
    await scene.store();
    await isQuiet(page, "the report");
    await scene.visit("/");
    for (const view of ["/", "/conversations", "/archive", "/trash", "/imports", "/ratings", "/settings", "/new", "/search?q=script"]) {
      await scene.visit(view);
      await isQuiet(page, view);
    }
    for (const input of inputs.filter((_, at) => at % 25 === 0)) {
      const view = `/search?q=${encodeURIComponent(input.slice(0, 300).toWellFormed())}`;
      await scene.visit(view);
      await isQuiet(page, view);
    }
    await scene.visit("/search?q=Corpus");
    const addresses = await page.locator(".hits h2 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    assert.ok(addresses.length > 10, `${addresses.length} conversations with the inputs`);
    for (const address of addresses) {
      await scene.visit(address);
      // Everything that can be opened is open, and everything that looks like a link was pressed.
      await page.evaluate(() => document.querySelectorAll("main details").forEach((details) => (details.open = true)));
      for (const blocked of await page.locator(".link-blocked").all()) await blocked.dispatchEvent("click");
      await page.evaluate(() => scrollTo(0, document.scrollingElement.scrollHeight));
      await isQuiet(page, address);
      await page.getByRole("button", { name: "Find in this conversation" }).first().click();
      await page.locator("#outline li").first().waitFor();
      await isQuiet(page, `the outline of ${address}`);
    }
    // What was rated last is on its page, question and answer.
    const rated = page.locator('[aria-label="Good answer"][aria-pressed="true"]');
    const count = await page.locator('[aria-label="Good answer"]').count();
    await page.evaluate(() => document.querySelectorAll('[aria-label="Good answer"]').forEach((button) => button.click()));
    await until("all are rated", async () => (await rated.count()) === count);
    await until("the ratings are stored", async () => {
      await scene.visit("/ratings");
      return (await page.locator("li.batch").count()) > 0;
    });
    await isQuiet(page, "/ratings");
    // What was taken out stands alone, and is opened beside the app.
    const standing = await scene.context.newPage();
    for (const address of addresses) {
      const response = await scene.context.request.get(`/api/export/conversations/${path.basename(address)}?format=html`);
      assert.equal(response.status(), 200, address);
      await standing.setContent(await response.text());
      await standing.locator("article.turn").first().waitFor();
      await standing.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      await isQuiet(standing, `${address} as a page that stands alone`);
    }
  });
}

const folder = mkdtempSync(path.join(tmpdir(), "aios-chat-hostile-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, "conversations.json");
writeFileSync(file, exported());

scenario("no hostile input does anything in the copy's own pages", { serviceWorkers: "allow", files: [file] }, async (scene) => {
  const { page, server } = scene;
  expectAbsence(scene);
  await fill(scene);
  await scene.visit("/search?q=Corpus");
  const addresses = await page.locator(".hits h2 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  await server.stop();
  await page.goto("/");
  await page.locator("nav.conversations .name").first().waitFor();
  await isQuiet(page, "the list without the server");
  for (const address of [...addresses, `/search?q=${encodeURIComponent(inputs[0])}`, "/archive"]) {
    await page.goto(address);
    await page.locator("main :is(article.turn .prose, .search-page, h1)").first().waitFor();
    await isQuiet(page, `${address} without the server`);
  }
});

let model;
const serve = async () => {
  model = await ModelServer.start();
  return ["--open-ai-url", model.url];
};
scenario("no hostile answer does anything while it streams", { serve }, async (scene) => {
  const { page } = scene;
  await scene.visit("/new");
  for (let from = 0; from < inputs.length; from += 85) {
    const some = inputs.slice(from, from + 85);
    await scene.say(`Say ${from}: ${some[0].slice(0, 200)}`);
    const answer = await model.asked();
    for (const input of some) {
      // In two pieces, cut where it hurts, each input a block of its own.
      const middle = Math.ceil(input.length / 2);
      answer.think(input);
      answer.say(input.slice(0, middle).toWellFormed());
      answer.say(`${input.slice(middle).toWellFormed()}\n\n~~~\n~~~\n\n`);
    }
    answer.say("That is all.");
    answer.end();
    await page.locator('article.turn[aria-busy="false"]').nth(from / 85).waitFor();
    await isQuiet(page, `answer ${from}`);
  }
  await scene.reload();
  await isQuiet(page, "after loading the page again");
  await model.stop();
});
