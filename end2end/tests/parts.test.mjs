// Parts of the page's WebAssembly, which are loaded when they are needed.
import assert from "node:assert/strict";
import { fixture, scenario, until } from "../support/scenario.mjs";

/** The parts that the page has loaded, by name. */
const loaded = (page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => /\/split_(\w+)\.[0-9a-f]{16}\.wasm$/.exec(new URL(name).pathname)?.[1])
      .filter(Boolean),
  );

scenario("a conversation loads the connection and what renders markdown, and other parts when they are gone to", { files: [fixture("chatgpt.json")] }, async (scene) => {
  const { page, modal, lines } = scene;
  await scene.visit("/new");
  await until("both are there", async () => (await loaded(page)).length === 2);
  assert.deepEqual((await loaded(page)).toSorted(), ["live", "markdown"]);
  await lines.filter({ hasText: "Bread" }).click();
  await page.locator(".answer table").first().waitFor();
  // The list was come to.
  await until("the list is loaded", async () => (await loaded(page)).length === 3);
  assert.deepEqual((await loaded(page)).toSorted(), ["list", "live", "markdown"]);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await modal.getByText("Drop an export here").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Archive", exact: true }).click();
  await page.getByRole("heading", { name: "Archive" }).waitFor();
  assert.deepEqual((await loaded(page)).toSorted(), ["import", "list", "live", "markdown", "pages"]);
});

scenario("a part that cannot be loaded is asked for again the next time", {}, async (scene) => {
  const { page, modal, watch } = scene;
  watch.expectConsole(/ERR_FAILED|Failed to fetch/);
  watch.expectFailure(/ERR_FAILED/);
  await scene.visit("/new");
  await page.route(/split_import/, (route) => route.abort());
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await modal.getByText("could not be loaded").waitFor();
  await page.unroute(/split_import/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await modal.getByText("Drop an export here").waitFor();
});
