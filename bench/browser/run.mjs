// Measures the import and prints tables. See scripts/bench-import for what it takes.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";
import { peakOf, processorTime, renderers } from "./memory.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = path.resolve(here, "../..", process.env.CARGO_TARGET_DIR ?? "target");
const folder = path.join(target, "bench");
const native = path.join(target, "release", "bench");
const MEBIBYTE = 1024 * 1024;

/** The exports: how to make each. */
const EXPORTS = {
  "chatgpt-100M.json": ["chatgpt", "100M"],
  "chatgpt-ascii-100M.json": ["chatgpt", "100M", "--ascii"],
  "chatgpt-100M.zip": ["chatgpt-zip", "100M", "--media", "50M"],
  "claude-100M.json": ["claude", "100M"],
  "chatgpt-1G.json": ["chatgpt", "1G"],
  "chatgpt-4G.json": ["chatgpt", "4G"],
};

const PARTS = ["speed", "zip", "memory", "server"];
const words = process.argv.slice(2);
const rounds = Number(words.find((word) => /^[0-9]+$/.test(word)) ?? 7);
const chosen = PARTS.filter((part) => words.includes(part));
const parts = chosen.length > 0 ? chosen : PARTS;

/** The file of an export, made if it is not there. */
function exported(name) {
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    const [kind, size, ...options] = EXPORTS[name];
    execFileSync(native, ["generate", kind, size, file, ...options], { stdio: ["ignore", "ignore", "inherit"] });
  }
  return file;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function table(title, rows) {
  const load = os.loadavg()[0].toFixed(1);
  console.log(`\n${title} (load of the machine: ${load} on ${os.cpus().length} cores)`);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    const cells = row.map((cell, column) => (column === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[column])));
    console.log(`  ${cells.join("  ")}`);
  }
}

const server = await serve({ "/": here, "/worker/": path.join(folder, "worker"), "/fflate.js": path.join(here, "node_modules/fflate/esm/browser.js") });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});

/** Does something on a fresh page with a file chosen from the disk. */
async function onPage(file, work) {
  const before = renderers();
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(`${server.url}/page.html`);
    await page.waitForFunction(() => document.title === "ready");
    await page.setInputFiles("#file", file);
    // Of the processes that came with the page, the one with the workers has the most memory.
    return await work(page, renderers().filter((one) => !before.includes(one)));
  } finally {
    await context.close();
  }
}

const ours = (page) => page.evaluate(() => bench.outline());
const plain = (page) => page.evaluate(() => bench.parse());

/** A native run: seconds, and seconds of processor time. */
function natively(...words) {
  const timed = ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", native, ...words];
  const run = spawnSync("bash", timed, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  const [user, system] = run.stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { ...JSON.parse(run.stdout), processor: user + system };
}

/** Both ways and natively in turn, after a first run of each to warm up: medians of seconds, and of seconds of processor time. */
async function inTurn(file) {
  return onPage(file, async (page, processes) => {
    const timed = async (way) => {
      const before = processorTime(processes);
      const result = await way(page);
      if (result.error) throw new Error(result.error);
      return { ...result, processor: processorTime(processes) - before };
    };
    const runs = { ours: [], plain: [], native: [] };
    for (let round = 0; round <= rounds; round += 1) {
      runs.ours.push(await timed(ours));
      runs.plain.push(await timed(plain));
      runs.native.push(natively("outline", file));
      const [mine, theirs] = [runs.ours.at(-1), runs.plain.at(-1)];
      if (mine.conversations !== theirs.conversations || mine.turns !== theirs.turns) {
        throw new Error(`not the same was found: ${JSON.stringify({ mine, theirs })}`);
      }
    }
    const middle = (way, what) => median(runs[way].slice(1).map((run) => run[what]));
    const both = (way) => ({ seconds: middle(way, "seconds"), processor: middle(way, "processor") });
    return { found: runs.ours[0], ours: both("ours"), plain: both("plain"), native: both("native") };
  });
}

const rate = (file, seconds) => `${(statSync(file).size / 1e6 / seconds).toFixed(0)} MB/s`;

/** A table of both ways and the native one: by the clock, and by the time that processors worked, which other programs do not disturb. */
async function compare(title, names) {
  const rows = [["export", "conversations", "by", "JSON.parse", "ours", "times", "native", "of native"]];
  for (const name of names) {
    const file = exported(name);
    const { found, ours, plain, native } = await inTurn(file);
    for (const by of ["seconds", "processor"]) {
      rows.push([
        by === "seconds" ? name : "",
        by === "seconds" ? found.conversations : "",
        by === "seconds" ? "clock" : "processor",
        rate(file, plain[by]),
        rate(file, ours[by]),
        (plain[by] / ours[by]).toFixed(1),
        rate(file, native[by]),
        `${((100 * native[by]) / ours[by]).toFixed(0)} %`,
      ]);
    }
  }
  table(`${title}, medians of ${rounds} rounds in turn`, rows);
}

if (parts.includes("speed")) await compare("Reading and converting", ["chatgpt-100M.json", "chatgpt-ascii-100M.json"]);
if (parts.includes("zip")) await compare("An archive with 50 MiB of pictures beside the conversations", ["chatgpt-100M.zip"]);

if (parts.includes("memory")) {
  const rows = [["export", "way", "peak of the process above its start", "memory of the module", "seconds"]];
  const mebibytes = (bytes) => `${(bytes / MEBIBYTE).toFixed(0)} MiB`;
  for (const [name, way] of [
    ["chatgpt-100M.json", "JSON.parse"],
    ["chatgpt-1G.json", "JSON.parse"],
    ["chatgpt-100M.json", "ours"],
    ["chatgpt-1G.json", "ours"],
    ["chatgpt-4G.json", "ours"],
    ["chatgpt-100M.zip", "ours"],
  ]) {
    const result = await onPage(exported(name), (page, processes) =>
      peakOf(processes, () => (way === "ours" ? ours(page) : plain(page)).catch((error) => ({ error: error.message.split("\n")[0] }))),
    );
    const { peak, result: done, curve } = result;
    rows.push([name, way, mebibytes(peak), done.memory ? mebibytes(done.memory) : "", done.error ?? done.seconds.toFixed(1)]);
    if (name.includes("4G")) {
      const points = curve.filter((_, at) => at % Math.ceil(curve.length / 20) === 0);
      console.log(`\nMemory above the start while ${name} is read, in MiB: ${points.map((bytes) => (bytes / MEBIBYTE).toFixed(0)).join(" ")}`);
    }
  }
  table("Memory of the process that the page and its workers are in", rows);
}

await browser.close();
server.close();

if (parts.includes("server")) {
  const program = path.join(target, "release", "aios-chat");
  const file = exported("chatgpt-100M.json");
  const rows = [["what", "conversations", "seconds", "rate", "processor time", "database"]];
  for (const what of ["first import", "import again"]) {
    const data = path.join(folder, "data");
    if (what === "first import") rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    const started = performance.now();
    const before = process.resourceUsage().userCPUTime;
    const run = spawnSync("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', "bash", program, "import", "--json", file, "--data", data], {
      encoding: "utf8",
    });
    if (run.status !== 0) throw new Error(run.stderr);
    const seconds = (performance.now() - started) / 1000;
    const [user, system] = run.stderr.trim().split("\n").at(-1).split(" ").map(Number);
    const bytes = readdirSync(data).reduce((sum, name) => sum + statSync(path.join(data, name)).size, 0);
    const conversations = 0;
    rows.push([what, conversations, seconds.toFixed(1), rate(file, seconds), `${(user + system).toFixed(1)} s`, `${(bytes / 1e6).toFixed(0)} MB`]);
  }
  table("Into the server's SQLite with its search index", rows);
}
