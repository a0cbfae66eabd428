// Measures the import and prints tables. See scripts/bench-import for what it takes.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { OPTIONS } from "../../end2end/support/chromium.mjs";
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
/** Does something on a page of one way (`ours` or `plain`) with a file chosen from the disk, in a browser of its own: so its processes do nothing else. */
async function onPage(way, file, work) {
  const browser = await chromium.launch(OPTIONS);
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/page.html?way=${way}`);
    await page.waitForFunction(() => document.title === "ready");
    await page.setInputFiles("#file", file);
    return await work(page, await renderers(browser));
  } finally {
    await browser.close();
  }
}

/** What a page is told to do with its file. */
const TASKS = {
  /** Nothing, but read it. */
  read: (page) => page.evaluate(() => bench.read()),
  /** Parse and convert every conversation, and hash none (ours hashes the first 200: only then it learns that the server does not answer). */
  convert(page) {
    server.compares = false;
    return page.evaluate(() => bench.outline(false));
  },
  /** Parse, convert and hash every conversation, and ask the server about each. */
  compare(page) {
    server.compares = true;
    return page.evaluate(() => bench.outline(true));
  },
};

/** Runs a program that prints JSON: what it said, and its seconds of processor time. */
function timed(...command) {
  const run = spawnSync("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", ...command], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  const [user, system] = run.stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { report: JSON.parse(run.stdout), processor: user + system };
}

function natively(file, task) {
  const { report, processor } = timed(native, "outline", ...(task === "compare" ? ["--compare"] : []), file);
  return { ...report, processor };
}

/** Both ways and natively in turn, after a first run of each to warm up: medians of seconds, and of seconds of processor time, by task and way. */
async function inTurn(file, tasks) {
  const measured = async (task, page, processes) => {
    const before = processorTime(processes);
    const result = await TASKS[task](page);
    if (result.error) throw new Error(result.error);
    return { ...result, processor: processorTime(processes) - before };
  };
  const runs = {};
  const note = (task, way, run) => ((runs[task] ??= {})[way] ??= []).push(run);
  await onPage("ours", file, (...ours) =>
    onPage("plain", file, async (...plain) => {
      for (let round = 0; round <= rounds; round += 1) {
        for (const task of tasks) {
          note(task, "ours", await measured(task, ...ours));
          note(task, "plain", await measured(task, ...plain));
          if (task !== "read") note(task, "native", natively(file, task));
          const [mine, theirs] = [runs[task].ours.at(-1), runs[task].plain.at(-1)];
          if (mine.conversations !== theirs.conversations || mine.turns !== theirs.turns) {
            throw new Error(`not the same was found: ${JSON.stringify({ mine, theirs })}`);
          }
        }
      }
    }),
  );
  return (task, way, by) => runs[task][way] && median(runs[task][way].slice(1).map((run) => run[by]));
}

const rate = (file, seconds) => `${(statSync(file).size / 1e6 / seconds).toFixed(0)} MB/s`;

/** A table of both ways and the native one: by the clock, and by the time that processors worked, which other programs disturb less. */
async function compare(title, name, tasks) {
  const rows = [["export", "what", "by", "JSON.parse", "ours", "times", "native", "of native"]];
  const file = exported(name);
  const runs = await inTurn(file, tasks);
  for (const by of ["seconds", "processor"]) {
    const times = (task) => ["plain", "ours", "native"].map((way) => runs(task, way, by));
    const add = (what, [plain, ours, native]) => {
      const own = native ? [rate(file, native), `${((100 * native) / ours).toFixed(0)} %`] : ["", ""];
      const head = rows.length === 1 ? name : "";
      rows.push([head, what, by === "seconds" ? "clock" : "processor", rate(file, plain), rate(file, ours), (plain / ours).toFixed(1), ...own]);
    };
    if (tasks.includes("read")) {
      const [reading, both] = [times("read"), times("convert")];
      add("reading", reading);
      add("parse and convert, without reading", [both[0] - reading[0], both[1] - reading[1]]);
    }
    add("reading, parse, convert", times("convert"));
    add("reading, parse, convert, hash, compare", times("compare"));
  }
  table(`${title}, medians of ${rounds} rounds in turn`, rows);
}

if (parts.includes("speed")) {
  for (const name of ["chatgpt-100M.json", "chatgpt-ascii-100M.json"]) await compare("Reading and converting", name, Object.keys(TASKS));
}
if (parts.includes("zip")) {
  // Of an archive ours reads only what it needs.
  await compare("An archive with 50 MiB of pictures beside the conversations", "chatgpt-100M.zip", ["convert", "compare"]);
}

if (parts.includes("memory")) {
  const rows = [["export", "way", "peak of the process above its start", "memory of the module", "seconds"]];
  const mebibytes = (bytes) => `${(bytes / MEBIBYTE).toFixed(0)} MiB`;
  for (const [name, way] of [
    ["chatgpt-100M.json", "plain"],
    ["chatgpt-1G.json", "plain"],
    ["chatgpt-100M.json", "ours"],
    ["chatgpt-1G.json", "ours"],
    ["chatgpt-4G.json", "ours"],
    ["chatgpt-100M.zip", "ours"],
  ]) {
    const work = (page) => TASKS.convert(page).catch((error) => ({ error: error.message.split("\n")[0] }));
    const result = await onPage(way, exported("chatgpt-1M.json"), async (page, processes) => {
      // What the compiled code takes does not depend on the file.
      await work(page);
      await page.setInputFiles("#file", exported(name));
      return peakOf(processes, () => work(page));
    });
    const { peak, result: done, curve } = result;
    rows.push([name, way === "plain" ? "JSON.parse" : way, mebibytes(peak), done.memory ? mebibytes(done.memory) : "", done.error ?? done.seconds.toFixed(1)]);
    if (name.includes("4G")) {
      const points = curve.filter((_, at) => at % Math.ceil(curve.length / 20) === 0);
      console.log(`\nMemory above the start while ${name} is read, in MiB: ${points.map((bytes) => (bytes / MEBIBYTE).toFixed(0)).join(" ")}`);
    }
  }
  table("Memory of the process that the page and its workers are in", rows);
}

server.close();

if (parts.includes("server")) {
  const program = path.join(target, "release", "aios-chat");
  const file = exported("chatgpt-100M.json");
  const data = path.join(folder, "data");
  rmSync(data, { recursive: true, force: true });
  const rows = [["what", "by", "", "a second", "rate", "database"]];
  /** Does a step and adds what it took. `count` says of how many things there are so many. */
  const step = (what, command, count) => {
    mkdirSync(data, { recursive: true });
    const started = performance.now();
    const { report, processor } = timed(...command);
    const seconds = (performance.now() - started) / 1000;
    const [number, name] = count(report);
    const bytes = readdirSync(data).reduce((sum, name) => sum + statSync(path.join(data, name)).size, 0);
    for (const [by, time] of [["clock", seconds], ["processor", processor]]) {
      const rest = [`${number} ${name}`, (number / time).toFixed(0), rate(file, time)];
      rows.push([by === "clock" ? what : "", by, ...rest, `${(bytes / 1e6).toFixed(0)} MB`]);
    }
  };
  const imported = ({ totals, conversations }) => {
    if (totals.imported + totals.unchanged !== conversations.length) throw new Error(`not all were stored: ${JSON.stringify(totals)}`);
    return [conversations.length, "conversations"];
  };
  const importing = [program, "import", "--json", file, "--data", data];
  step("first import", importing, imported);
  // A server does this when nobody writes.
  step("its search index, after it", [native, "index", path.join(data, "personal.db")], ({ turns }) => [turns, "turns"]);
  step("the same again", importing, imported);
  rmSync(data, { recursive: true, force: true });
  table("Into the server's SQLite, by the command line", rows);
}
