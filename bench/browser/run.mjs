// Measures the import and prints tables. See scripts/bench-import for what it takes.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
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
  "chatgpt-1M.json": ["chatgpt", "1M"],
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

/** Runs a program that prints JSON: what it said, and its seconds of processor time. */
function timed(...command) {
  const run = spawnSync("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", ...command], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  const [user, system] = run.stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { report: JSON.parse(run.stdout), processor: user + system };
}

function natively(file) {
  const { report, processor } = timed(native, "outline", file);
  return { ...report, processor };
}

/** Both ways and natively in turn, after a first run of each to warm up: medians of seconds, and of seconds of processor time. */
async function inTurn(file) {
  return onPage(file, async (page, processes) => {
    const measured = async (way) => {
      const before = processorTime(processes);
      const result = await way(page);
      if (result.error) throw new Error(result.error);
      return { ...result, processor: processorTime(processes) - before };
    };
    const runs = { ours: [], plain: [], native: [] };
    for (let round = 0; round <= rounds; round += 1) {
      runs.ours.push(await measured(ours));
      runs.plain.push(await measured(plain));
      runs.native.push(natively(file));
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
    const work = (page) => (way === "ours" ? ours(page) : plain(page)).catch((error) => ({ error: error.message.split("\n")[0] }));
    const result = await onPage(exported("chatgpt-1M.json"), async (page, processes) => {
      // What the compiled code takes does not depend on the file.
      await work(page);
      await page.setInputFiles("#file", exported(name));
      return peakOf(processes, () => work(page));
    });
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
  const data = path.join(folder, "data");
  rmSync(data, { recursive: true, force: true });
  const rows = [["what", "by", "conversations", "a second", "rate", "database"]];
  for (const what of ["first import", "the same again"]) {
    mkdirSync(data, { recursive: true });
    const started = performance.now();
    const { report, processor } = timed(program, "import", "--json", file, "--data", data);
    const seconds = (performance.now() - started) / 1000;
    const { imported, unchanged } = report.totals;
    if (imported + unchanged !== report.conversations.length) throw new Error(`not all were stored: ${JSON.stringify(report.totals)}`);
    const bytes = readdirSync(data).reduce((sum, name) => sum + statSync(path.join(data, name)).size, 0);
    for (const [by, time] of [["clock", seconds], ["processor", processor]]) {
      const rest = [report.conversations.length, (report.conversations.length / time).toFixed(0), rate(file, time)];
      rows.push([by === "clock" ? what : "", by, ...rest, `${(bytes / 1e6).toFixed(0)} MB`]);
    }
  }
  rmSync(data, { recursive: true, force: true });
  table("Into the server's SQLite with its search index, by the command line", rows);
}
