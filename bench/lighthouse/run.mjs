// What Lighthouse says of the app's pages, as on a phone: a slow line and a quarter of this machine's speed, both simulated. The median of some runs.
//
//   node bench/lighthouse/run.mjs [RUNS [FOLDER]]     RUNS: 3 if not said; FOLDER: for the whole reports, as HTML and JSON
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import lighthouse, { generateReport } from "lighthouse";
import { OPTIONS } from "../../end2end/support/chromium.mjs";
import { fixture } from "../../end2end/support/scene.mjs";
import { Server, command, dataFolder } from "../../end2end/support/server.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const MEASURES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"];

/** A Chromium that is asked over its protocol: its process and its port. */
async function chromium() {
  const profile = mkdtempSync(path.join(tmpdir(), "aios-chat-lighthouse-"));
  const words = ["--headless", ...OPTIONS.args, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(OPTIONS.executablePath, words, { stdio: ["ignore", "ignore", "pipe"] });
  const port = await new Promise((resolve, reject) => {
    let said = "";
    child.once("exit", () => reject(new Error(`Chromium ended: ${said}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(said);
      if (found) resolve(Number(found[1]));
    });
  });
  const close = async () => {
    child.kill();
    await once(child, "exit");
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { port, close };
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

const rounds = Number(process.argv[2] ?? 3);
const folder = process.argv[3];
if (folder) mkdirSync(folder, { recursive: true });
const data = dataFolder();
command(data, ["import", fixture("chatgpt.json"), fixture("claude.json")]);
const server = await Server.start({ data });
const list = await (await fetch(new URL("/conversations", server.url), { headers: { accept: "text/html" } })).text();
const pages = { library: "/", conversation: /\/c\/[\w-]+/.exec(list)[0], "new conversation": "/new", search: "/search?q=the", conversations: "/conversations" };
const browser = await chromium();
try {
  for (const [name, address] of Object.entries(pages)) {
    const results = [];
    for (let round = 0; round < rounds; round += 1) {
      const options = { port: browser.port, logLevel: "error", onlyCategories: CATEGORIES };
      results.push((await lighthouse(new URL(address, server.url).href, options)).lhr);
    }
    const scores = CATEGORIES.map((id) => `${id} ${Math.round(100 * median(results.map(({ categories }) => categories[id].score)))}`);
    const measures = MEASURES.map((id) => `${id} ${median(results.map(({ audits }) => audits[id].numericValue)).toFixed(id.endsWith("shift") ? 3 : 0)}`);
    console.log(`${name}: ${scores.join(", ")} (${measures.join(", ")})`);
    const short = new Set();
    for (const { categories, audits } of results) {
      for (const id of CATEGORIES.slice(1)) {
        for (const reference of categories[id].auditRefs) {
          const { score, title } = audits[reference.id];
          if (reference.weight > 0 && score !== null && score < 1) short.add(`  ${id}: ${title}`);
        }
      }
    }
    for (const line of short) console.log(line);
    if (folder) {
      const last = results.at(-1);
      const file = path.join(folder, name.replaceAll(" ", "-"));
      writeFileSync(`${file}.html`, generateReport(last, "html"));
      writeFileSync(`${file}.json`, generateReport(last, "json"));
    }
  }
} finally {
  await browser.close();
  await server.discard();
}
