// axe-core finds nothing to object to, in both themes.
import assert from "node:assert/strict";
import { objections } from "../support/axe.mjs";
import { fixture, scenario } from "../support/scenario.mjs";

const files = [fixture("chatgpt.json"), fixture("claude.json")];

for (const colorScheme of ["light", "dark"]) {
  scenario(`axe objects to nothing in the ${colorScheme} theme`, { files, colorScheme, reducedMotion: "reduce" }, async (scene) => {
    const { page, modal, lines } = scene;
    const found = [];
    const look = async (view) => found.push(...(await objections(page, view)));
    await scene.visit("/");
    await look("library");
    await lines.filter({ hasText: "leak" }).click();
    await page.waitForURL(/\/c\//);
    await page.locator("select.model-selector").waitFor();
    await page.locator(".enclosure summary").click();
    await page.locator(".reasoning summary").click();
    await look("conversation");
    await page.locator("details.menu > summary").click();
    await look("menu of a conversation");
    await scene.visit("/new");
    await look("new conversation");
    await scene.visit("/search?q=the");
    await page.locator("mark").first().waitFor();
    await look("search");
    await scene.openImport();
    await look("import");
    await scene.choose(files);
    await modal.locator(".found").waitFor();
    await look("import preview");
    await modal.getByRole("button", { name: "All", exact: true }).click();
    await scene.store();
    await look("import report");
    await modal.getByRole("link", { name: "All imports" }).click();
    await page.locator(".batch").first().getByText("Undo…").click();
    await look("imports, one about to be undone");
    for (const address of ["/conversations", "/archive", "/trash", "/ratings"]) {
      await scene.visit(address);
      await look(address);
    }
    assert.deepEqual(found, []);
  });

  scenario(`axe objects to nothing on the first run in the ${colorScheme} theme`, { colorScheme }, async (scene) => {
    await scene.visit("/");
    assert.deepEqual(await objections(scene.page, "first run"), []);
  });
}
