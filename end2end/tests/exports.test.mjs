// Exports, ratings and the demo, as a person uses them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browser } from "../support/browser.mjs";
import { rows } from "../support/database.mjs";
import { fixture, scenario } from "../support/scenario.mjs";

const plain = { javaScriptEnabled: false, files: [fixture("chatgpt.json"), fixture("claude.json")] };

scenario("a conversation is exported as a page that stands alone", { ...plain, acceptDownloads: true }, async ({ page, lines, watch }) => {
  // What becomes a download is no page any more.
  watch.expectFailure(/net::ERR_ABORTED/);
  await page.goto("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.locator("details.menu > summary").click();
  await page.getByRole("combobox", { name: "Export as" }).selectOption("html");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export" }).click()]);
  assert.match(download.suggestedFilename(), /^\d{4}-\d\d-\d\d A leak under the sink\.html$/);
  // Chromium tells a page by its name.
  const file = path.join(mkdtempSync(path.join(tmpdir(), "aios-chat-export-")), "page.html");
  await download.saveAs(file);
  const html = readFileSync(file, "utf8");
  assert.doesNotMatch(html, /<script|<link|src="(?!data:)/);
  // In a browser that knows nothing of the server.
  const elsewhere = await (await browser()).newPage();
  await elsewhere.goto(pathToFileURL(file).href);
  await elsewhere.getByRole("heading", { name: "A leak under the sink" }).waitFor();
  assert.ok((await elsewhere.locator("article.turn").count()) > 0);
  await elsewhere.close();
});

scenario("without JavaScript ratings are listed, changed and taken back", plain, async ({ page, data }) => {
  await page.goto("/ratings");
  await page.getByRole("heading", { name: "Ratings" }).waitFor();
  const before = rows(data, "SELECT turn_id FROM message_ratings");
  assert.equal(await page.locator("li.batch").count(), before.length);
  if (before.length === 0) return;
  const first = page.locator("li.batch").first();
  await first.getByLabel("Rating").selectOption("down");
  await first.getByLabel("Tags").fill("wrong, too long");
  await first.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/ratings/);
  assert.deepEqual(rows(data, "SELECT reason FROM message_ratings WHERE reason = 'wrong, too long' AND rating = 'down'").length, 1);
  const again = page.locator("li.batch").first();
  await again.getByLabel("Rating").selectOption("none");
  await again.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/ratings/);
  assert.equal(rows(data, "SELECT turn_id FROM message_ratings").length, before.length - 1);
});

scenario("without JavaScript the demo starts over by its form", { javaScriptEnabled: false }, async ({ page, lines }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Look around with made-up conversations" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  const before = await lines.count();
  await lines.first().click();
  await page.waitForURL(/\/c\//);
  await page.locator("details.menu > summary").click();
  await page.locator("details.menu").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  assert.equal(await lines.count(), before - 1);
  await page.getByRole("button", { name: "Start the demo over" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  assert.equal(await lines.count(), before);
});
