// Without JavaScript the app is a set of plain pages and forms.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { fixture, scenario } from "../support/scenario.mjs";

const plain = { javaScriptEnabled: false, files: [fixture("chatgpt.json"), fixture("claude.json")] };

scenario("without JavaScript the library and a conversation are plain pages", plain, async ({ page, lines }) => {
  await page.goto("/");
  await page.getByRole("heading", { name: "Library" }).waitFor();
  assert.match(await page.getByRole("main").innerText(), /3 conversations, 5 turns|3 conversations, 6 turns/);
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["A leak under the sink", "Bread on Sunday", "Πλοία από τον Πειραιά"]);
  await lines.filter({ hasText: "Bread" }).click();
  await page.waitForURL(/\/c\//);
  assert.equal(await page.title(), "Bread on Sunday · AI OS Chat");
  assert.equal(await page.locator("article.turn").count(), 2);
  assert.match(await page.locator("article.turn").last().innerText(), /def hours\(flour, cold\):/);
  assert.match(await page.getByRole("main").innerText(), /writing and importing need it/);
});

scenario("without JavaScript the search form finds a turn and leads to it", plain, async ({ page }) => {
  await page.goto("/");
  await page.locator("#sidebar").getByRole("searchbox").fill("Kythnos");
  await page.locator("#sidebar").getByRole("searchbox").press("Enter");
  await page.waitForURL(/\/search\?q=Kythnos/);
  assert.equal(await page.getByRole("main").getByRole("searchbox").inputValue(), "Kythnos");
  assert.match(await page.getByRole("main").innerText(), /1 turn in 1 conversation/);
  assert.equal(await page.locator("mark").innerText(), "Kythnos");
  await page.locator("mark").click();
  await page.waitForURL(/\/c\/.*#turn-\d+/);
  const { hash } = new URL(page.url());
  assert.match(await page.locator(hash).innerText(), /Kythnos/);
});

scenario("without JavaScript a search for nothing and one that finds nothing say so", plain, async ({ page }) => {
  await page.goto("/search");
  assert.match(await page.getByRole("main").innerText(), /Words from a title, a question or an answer/);
  await page.goto(`/search?q=${encodeURIComponent('"unheard-of* OR (NEAR')}`);
  assert.match(await page.getByRole("main").innerText(), /Nothing has all of these words/);
});

scenario("without JavaScript a conversation is renamed by its form", plain, async ({ page, data, lines }) => {
  await page.goto("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  const { pathname } = new URL(page.url());
  await page.getByLabel("Title").fill("  The sink, at last <b>  ");
  await page.getByLabel("Title").press("Enter");
  await lines.filter({ hasText: "The sink, at last <b>" }).waitFor();
  assert.equal(new URL(page.url()).pathname, pathname);
  assert.equal(await page.getByLabel("Title").inputValue(), "The sink, at last <b>");
  assert.deepEqual(rows(data, "SELECT name FROM convos WHERE source = 'claude'"), [{ name: "The sink, at last <b>" }]);
});

scenario("without JavaScript a conversation is archived and taken back by its form", plain, async ({ page, data, lines }) => {
  const archived = () => rows(data, "SELECT name FROM convos WHERE archived").map(({ name }) => name);
  await page.goto("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.locator("details.menu > summary").click();
  await page.getByRole("main").getByRole("button", { name: "Archive" }).click();
  await page.locator(".provenance").getByText("Archived").waitFor();
  assert.deepEqual(archived(), ["A leak under the sink"]);
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["Bread on Sunday", "Πλοία από τον Πειραιά"]);
  await page.locator("details.menu > summary").click();
  await page.getByRole("button", { name: "Take out of the archive" }).click();
  await lines.filter({ hasText: "leak" }).waitFor();
  assert.deepEqual(archived(), []);
});

scenario("without JavaScript a conversation is deleted by its form, and taken back from the line that says so", plain, async ({ page, data, lines }) => {
  await page.goto("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.locator("details.menu > summary").click();
  await page.getByRole("main").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["Bread on Sunday", "Πλοία από τον Πειραιά"]);
  assert.deepEqual(rows(data, "SELECT source FROM convos WHERE trashed IS NOT NULL"), [{ source: "claude" }]);
  await page.locator("form.moved").getByRole("button", { name: "Undo" }).click();
  await lines.filter({ hasText: "leak" }).waitFor();
  assert.deepEqual(rows(data, "SELECT source FROM convos WHERE trashed IS NOT NULL"), []);
});

scenario("without JavaScript several conversations are moved, archived and deleted by one form", plain, async ({ page, data, lines }) => {
  const choose = async (...names) => {
    for (const name of names) await page.locator(".shelf-lines li", { hasText: name }).getByRole("checkbox").check();
  };
  await page.goto("/conversations");
  await choose("Bread", "leak");
  await page.locator(".shelf").getByLabel("Project").fill("House & home");
  await page.getByRole("button", { name: "Move" }).click();
  await page.locator(".chip", { hasText: "Project House & home 2" }).click();
  await page.waitForURL(/project=/);
  assert.equal(await page.locator(".shelf-lines li").count(), 2);
  await choose("Bread");
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await page.waitForURL(/project=/);
  await page.goto("/archive");
  assert.match(await page.locator(".shelf-lines").innerText(), /Bread on Sunday/);
  await choose("Bread");
  await page.getByRole("button", { name: "Take out of the archive" }).click();
  await page.getByText("Nothing is archived.").waitFor();
  await page.goto("/conversations?source=chatgpt");
  await choose("Bread", "Πλοία");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("2 moved to the trash.").waitFor();
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["A leak under the sink"]);
  await page.goto("/trash");
  await choose("Bread");
  await page.getByRole("button", { name: "Restore" }).click();
  await lines.filter({ hasText: "Bread" }).waitFor();
  await page.locator("details.confirm > summary").click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("The trash is empty.").waitFor();
  assert.deepEqual(rows(data, "SELECT count(*) AS count FROM convos"), [{ count: 2 }]);
});

scenario("without JavaScript the instructions of a conversation are set by their form", plain, async ({ page, data, lines }) => {
  await page.goto("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.getByRole("button", { name: "Instructions" }).click();
  await page.locator("#prompt").fill("Answer as a plumber.\n\nBriefly.");
  await page.locator("#system-prompt").getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/c\//);
  const [{ prompt }] = rows(data, "SELECT system_prompt AS prompt FROM convos WHERE source = 'claude'");
  assert.equal(prompt.replaceAll("\r\n", "\n"), "Answer as a plumber.\n\nBriefly.");
});

scenario("without JavaScript the demo opens and closes by its form", { javaScriptEnabled: false }, async ({ page, lines }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Look around with made-up conversations" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  assert.ok((await lines.count()) > 0);
  await page.getByRole("button", { name: "Back to yours" }).click();
  await page.getByRole("heading", { name: "Bring your conversations home" }).waitFor();
});

scenario("an address that leads nowhere says so with status 404", plain, async ({ page, watch }) => {
  watch.expectStatus(404, /^\/(c\/nobody|nowhere)$/);
  for (const address of ["/c/nobody", "/nowhere"]) {
    const response = await page.goto(address);
    assert.equal(response.status(), 404, address);
    assert.match(await page.getByRole("main").innerText(), /Nothing is here/);
  }
});
