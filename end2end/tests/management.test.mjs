// Keeping order: pins, projects, the trash.
import assert from "node:assert/strict";
import { rows } from "../support/database.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";

const files = [fixture("chatgpt.json"), fixture("claude.json")];

scenario("a conversation is pinned, moved to a project and unpinned where it is read", { files }, async (scene) => {
  const { page, data, lines } = scene;
  await scene.visit("/");
  await lines.filter({ hasText: "Bread" }).click();
  await page.waitForURL(/\/c\//);
  const { pathname } = new URL(page.url());
  await page.locator("details.menu > summary").click();
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await page.getByRole("button", { name: "Unpin" }).waitFor();
  await page.locator("#sidebar section", { hasText: "Pinned" }).locator("a", { hasText: "Bread" }).waitFor();
  await page.locator("details.menu").getByLabel("Project").fill("Kitchen");
  await page.locator("details.menu").getByRole("button", { name: "Move" }).click();
  const project = () => rows(data, "SELECT project FROM convos WHERE name = 'Bread on Sunday'")[0].project;
  await until("it is in the project", () => project() === "Kitchen");
  await page.getByRole("button", { name: "Unpin" }).click();
  await page.locator("#sidebar h2", { hasText: "Pinned" }).waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).pathname, pathname);
});

scenario("what is deleted is in the trash, and undone in place", { files }, async (scene) => {
  const { page, lines } = scene;
  await scene.visit("/");
  await lines.filter({ hasText: "leak" }).click();
  await page.waitForURL(/\/c\//);
  await page.locator("details.menu > summary").click();
  await page.getByRole("main").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  await page.locator("#sidebar").getByRole("link", { name: "Trash" }).click();
  await page.locator(".shelf-lines li", { hasText: "A leak under the sink" }).waitFor();
  await page.locator("form.moved").getByRole("button", { name: "Undo" }).click();
  await lines.filter({ hasText: "leak" }).waitFor();
  await page.locator("form.moved").waitFor({ state: "detached" });
});

scenario("several conversations are chosen and deleted at once", { files }, async (scene) => {
  const { page, lines } = scene;
  await scene.visit("/conversations");
  await page.locator(".chip", { hasText: "ChatGPT 2" }).click();
  await page.waitForURL(/source=chatgpt/);
  await until("only those of ChatGPT are listed", async () => (await page.locator(".shelf-lines li").count()) === 2);
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("2 moved to the trash.").waitFor();
  assert.deepEqual(await lines.locator(".name").allInnerTexts(), ["A leak under the sink"]);
});

scenario("instructions are kept as a preset, and used by another conversation", { files: [fixture("chatgpt.json"), fixture("claude.json")] }, async (scene) => {
  const { page, lines } = scene;
  const panel = page.locator("#system-prompt");
  const open = async (address) => {
    await scene.visit(address);
    await page.getByRole("button", { name: "Instructions" }).click();
    await panel.waitFor();
  };
  await scene.visit("/");
  const [one, other] = await lines.evaluateAll((lines) => lines.map((line) => line.getAttribute("href")));
  await open(one);
  await panel.locator("#prompt").fill("Answer like a keeper.");
  await panel.locator("#preset-name").fill("Keeper");
  await panel.getByRole("button", { name: "Save" }).click();
  await panel.getByText("Saved.").waitFor();
  await open(other);
  await panel.locator("#preset").selectOption({ label: "Keeper" });
  await panel.getByRole("button", { name: "Use here" }).click();
  await panel.getByText("Saved.").waitFor();
  await open(other);
  assert.equal(await panel.locator("#preset option:checked").innerText(), "Keeper");
  await panel.getByRole("button", { name: "Delete" }).click();
  await panel.getByText("Saved.").waitFor();
  await open(other);
  assert.deepEqual(await panel.locator("#preset option").allInnerTexts(), ["None"]);
});
