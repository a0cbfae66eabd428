// A file that is no export gets a sentence that says what is wrong, and nothing is stored.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { rows, totals } from "../support/database.mjs";
import { fixture, scenario } from "../support/scenario.mjs";
import { command, dataFolder } from "../support/server.mjs";
import { zip } from "../support/zip.mjs";

const wholeExport = readFileSync(fixture("chatgpt.json"));

const BAD = [
  ["an empty file", "empty.json", Buffer.alloc(0), /is empty \(0 bytes\)/],
  ["a zip of ten bytes", "ten.zip", zip({ "conversations.json": wholeExport }).subarray(0, 10), /is a zip that is damaged or cut off \(10 bytes\)/],
  ["an export that ends in its first conversation", "conversations.json", wholeExport.subarray(0, 900), /begins like an export of ChatGPT but ends after 900 bytes/],
  ["a picture", "photo.json", Buffer.from("ffd8ffe000104a46494600010100", "hex"), /is a picture and no export/],
  ["a web page", "export.zip", "<!DOCTYPE html><html><body>Sign in</body></html>", /is a web page and no export/],
  ["JSON that is no export", "package.json", '{"name":"something","version":"1.0.0"}', /is JSON but no export of a known kind/],
  ["a zip without conversations", "holiday.zip", zip({ "a.txt": "nothing" }), /is a zip with 1 entries, but none holds conversations|is a zip with 1 entry, but none holds conversations/],
];

scenario("each bad file gets a sentence, and nothing is stored", {}, async (scene) => {
  const { page, modal } = scene;
  await scene.visit("/");
  await scene.openImport();
  for (const [what, name, content, sentence] of BAD) {
    await scene.choose({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
    const refused = modal.locator(".refused");
    await refused.waitFor();
    const said = await refused.innerText();
    assert.match(said, sentence, what);
    assert.ok(said.startsWith(name), `${what}: the sentence begins with the name of the file: ${said}`);
    await modal.getByText("Nothing was stored.").waitFor();
    await modal.getByRole("button", { name: "Choose another file" }).click();
    await refused.waitFor({ state: "detached" });
  }
  await modal.getByRole("button", { name: "Close" }).click();
  await page.getByRole("heading", { name: "Bring your conversations home" }).waitFor();
  assert.deepEqual(totals(scene.data), { conversations: 0, turns: 0, integrity: "ok" });
});

scenario("an export that ends early gives the conversations that are whole, and says so", {}, async (scene) => {
  const { modal } = scene;
  const whole = wholeExport.indexOf('"title": "New chat"');
  await scene.visit("/");
  await scene.openImport();
  await scene.choose({ name: "conversations.json", mimeType: "application/json", buffer: wholeExport.subarray(0, whole) });
  await modal.getByText("2 conversations found").waitFor();
  await modal.locator(".warnings summary").click();
  assert.match(await modal.locator(".warnings").innerText(), /ends|cut off|interrupted/);
  await scene.store();
  assert.deepEqual(await scene.ledger(), { imported: 2 });
});

scenario("a bad file beside a good one does not keep the good one out", {}, async (scene) => {
  const { modal } = scene;
  await scene.visit("/");
  await scene.openImport();
  await scene.choose([
    { name: "empty.json", mimeType: "application/json", buffer: Buffer.alloc(0) },
    { name: "good.json", mimeType: "application/json", buffer: readFileSync(fixture("claude.json")) },
  ]);
  await modal.getByText("1 conversation found").waitFor();
  assert.match(await modal.locator(".refused").innerText(), /^empty\.json/);
  await scene.store();
  assert.deepEqual(rows(scene.data, "SELECT name FROM convos"), [{ name: "A leak under the sink" }]);
});

test("the command line says the same of bad files and stores nothing", () => {
  const data = dataFolder();
  const files = mkdtempSync(path.join(tmpdir(), "aios-chat-bad-"));
  after(() => [data, files].forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  for (const [what, name, content, sentence] of BAD) {
    const file = path.join(files, name);
    writeFileSync(file, content);
    const { refused, totals: sums } = JSON.parse(command(data, ["import", "--json", file], 1));
    assert.equal(refused.length, 1, what);
    assert.match(refused[0].message, sentence, what);
    assert.deepEqual(Object.values(sums), Object.values(sums).map(() => 0), what);
  }
  assert.deepEqual(JSON.parse(command(data, ["list", "--json"])), []);
});
