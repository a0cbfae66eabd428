// What happens to the copy of the history when its disk, its files or its page fail.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { expectAbsence, fill, keepApp, state, whole } from "../support/copies.mjs";
import { rows } from "../support/database.mjs";
import { chatgpt } from "../support/exports.mjs";
import { fixture, scenario, until } from "../support/scenario.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "aios-chat-copies-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** An export of so many conversations, as a file. */
function exported(count, bytes) {
  const file = path.join(folder, `${count}-${bytes}.json`);
  writeFileSync(file, chatgpt(count, { bytes }));
  return file;
}

const small = { serviceWorkers: "allow", files: [fixture("chatgpt.json")] };
const MANY = 1500;
const many = { serviceWorkers: "allow", files: [exported(MANY, 4000)] };

/** Writes over every file of the copy from a byte on. No page may own them. */
const damage = (page, from) =>
  page.evaluate(async (from) => {
    let damaged = 0;
    const walk = async (directory) => {
      for await (const handle of directory.values()) {
        if (handle.kind === "directory") await walk(handle);
        else {
          const { size } = await handle.getFile();
          if (size <= from) continue;
          const writable = await handle.createWritable({ keepExistingData: true });
          await writable.write({ type: "write", position: from, data: new Uint8Array(size - from).fill(0xa5) });
          await writable.close();
          damaged += 1;
        }
      }
    };
    await walk(await navigator.storage.getDirectory());
    return damaged;
  }, from);

for (const [what, from] of [["in its content", 8192], ["from its first byte on", 0]]) {
  scenario(`a copy that is damaged ${what} is made anew, and the server has everything`, small, async (scene) => {
    const { page, server, context } = scene;
    expectAbsence(scene);
    await fill(scene);
    // A page that leaves the copy alone.
    await page.evaluate(() => localStorage.setItem("copy:keep", "none"));
    const beside = await context.newPage();
    await scene.visit("/", beside);
    await page.close();
    await until("the files are given back, and damaged", () => damage(beside, from).then((damaged) => damaged > 0, () => false));
    await beside.evaluate(() => localStorage.removeItem("copy:keep"));
    await scene.reload(beside);
    await whole(beside);
    await beside.locator("#search").fill("bread");
    await beside.locator(".copy-hits mark").first().waitFor();
    await server.stop();
    await beside.reload();
    await beside.locator("nav.conversations").getByText("Bread on Sunday").waitFor();
  });
}

scenario("a copy whose disk is full keeps the newest conversations and says so", many, async (scene) => {
  const { page, context } = scene;
  await page.addInitScript(() => (localStorage.getItem("tested") ? undefined : localStorage.setItem("copy:keep", "none")));
  await keepApp(scene);
  const devtools = await context.newCDPSession(page);
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin, quotaSize: usage + 6_000_000 });
  await page.evaluate(() => {
    localStorage.setItem("tested", "yes");
    localStorage.removeItem("copy:keep");
  });
  await scene.reload();
  await state(page).filter({ hasText: /the newest \d+ in this browser, no room for \d+ more/ }).waitFor();
  const newest = Number(/newest (\d+)/.exec(await state(page).innerText())[1]);
  assert.ok(newest > 50 && newest < MANY, String(newest));
  await page.locator("#search").fill(`question ${MANY - 1}`);
  await page.locator(".copy-hits mark").first().waitFor();
  // The rest is at hand as long as the server is.
  await page.locator("#search").fill("question 3");
  await page.locator("#search").press("Enter");
  await page.locator(".hits a").first().waitFor();
});

scenario("a copy that was cleared away comes back", small, async (scene) => {
  const { page, context } = scene;
  await fill(scene);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Storage.clearDataForOrigin", { origin: new URL(page.url()).origin, storageTypes: "all" });
  await fill(scene);
  await page.locator("#search").fill("bread");
  await page.locator(".copy-hits mark").first().waitFor();
});

scenario("when its page is closed in the middle of filling and of a change, the copy goes on in another, and nothing is lost", many, async (scene) => {
  const { page, context } = scene;
  expectAbsence(scene);
  await keepApp(scene);
  const others = [await context.newPage(), await context.newPage()];
  await scene.reload();
  for (const other of others) await scene.visit("/", other);
  await state(page).filter({ hasText: /syncing, \d+ to come/ }).waitFor();
  // The page that owns the worker goes, and a moment later the next one.
  await page.close();
  const taken = async (page) => Number(/syncing, (\d+) to come/.exec(await state(page).innerText())?.[1] ?? 0);
  await until("another page goes on", async () => (await taken(others[1])) < MANY);
  await others[0].close();
  const last = others[1];
  await whole(last);
  await scene.server.stop();
  await last.reload();
  const session = rows(scene.data, "SELECT session_id AS id FROM convos LIMIT 1")[0].id;
  await last.goto(`/c/${session}`);
  await last.locator(".title").fill("Named while its page was closing");
  // Whoever sees the change waiting may close the page at once: it is on the disk.
  await last.getByRole("button", { name: "Save" }).click();
  await state(last).filter({ hasText: "1 waiting" }).waitFor();
  await last.close();
  await scene.server.startAgain();
  const next = await context.newPage();
  await scene.visit("/", next);
  await until("the change is made once", () => rows(scene.data, "SELECT name FROM convos WHERE session_id = ?", [session])[0].name === "Named while its page was closing");
  assert.equal(rows(scene.data, "SELECT count(*) AS made FROM replayed_changes WHERE outcome = 'made'")[0].made, 1);
  await whole(next);
  await next.locator("#search").fill("light");
  await next.locator(".copy-hits mark").first().waitFor();
});
