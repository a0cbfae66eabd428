// Measures the copy of the history in Chromium: filling it, its size, and its search against that of the server. `make bench-copy`.
//
//   node end2end/copy_bench.mjs [TURNS]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { contextOnDisk } from "./support/browser.mjs";
import { Server, command, dataFolder } from "./support/server.mjs";

const turns = Number(process.argv[2] ?? 100_000);
const A_CONVERSATION = 20;
const WORDS = 40_000;
const BYTES = 1000;
const QUERIES = ["wa", "wab", "waba", "common", "wa12 wa7", "\"wa1 wa2\"", "wa39999", "common wa3", "nothinghasthis", "in:title wa5"];

/** The same numbers in every run (mulberry32). */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Text of words as people use them: the n-th most common one an n-th as often. */
function writer() {
  const next = random(1);
  const word = () => `wa${Math.floor(WORDS ** next())}`;
  return (bytes) => {
    let text = "common";
    while (text.length < bytes) text += ` ${word()}`;
    return text;
  };
}

/** A ChatGPT export of so many turns of 1 kB. */
function exported() {
  const write = writer();
  const message = (id, parent, child, role, text, time) => ({
    id,
    parent,
    children: child ? [child] : [],
    message: { id, author: { role }, create_time: time, content: { content_type: "text", parts: [text] }, metadata: {} },
  });
  const conversations = Array.from({ length: Math.ceil(turns / A_CONVERSATION) }, (_, number) => {
    const mapping = { root: { id: "root", message: null, parent: null, children: ["q0"] } };
    for (let at = 0; at < A_CONVERSATION; at += 1) {
      const time = 1_600_000_000 + number * 20_000 + at * 60;
      mapping[`q${at}`] = message(`q${at}`, at ? `a${at - 1}` : "root", `a${at}`, "user", write(BYTES / 10), time);
      mapping[`a${at}`] = message(`a${at}`, `q${at}`, at + 1 < A_CONVERSATION ? `q${at + 1}` : undefined, "assistant", write((BYTES * 9) / 10), time);
    }
    const time = 1_600_000_000 + number * 20_000;
    return JSON.stringify({ title: write(20), create_time: time, update_time: time, conversation_id: `c${number}`, current_node: `a${A_CONVERSATION - 1}`, mapping });
  });
  return `[${conversations.join(",\n")}]`;
}

/** Fills a copy in a page and measures it. Runs in the browser. */
async function measure(queries) {
  const script = await (await fetch("/copy.js")).text();
  const entry = /"(\/copy\/entry[^"]*)"/.exec(script)[1];
  const { history } = await (await fetch("/api/changes")).json();
  const worker = new Worker(entry, { type: "module", name: history });
  const waiting = new Map();
  let next = 1;
  const ask = (ask) => new Promise((resolve) => {
    waiting.set(next, resolve);
    worker.postMessage(JSON.stringify({ number: next++, ...ask }));
  });
  const search = async (query) => {
    const began = performance.now();
    const { page } = await ask({ ask: "search", query, limit: 50 });
    return { time: performance.now() - began, hits: [...page.main.matchAll(/#turn-(\d+)/g)].map(([, id]) => Number(id)) };
  };
  const began = performance.now();
  let firstFound;
  let state;
  const whole = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      const said = JSON.parse(data);
      if (said.answer) waiting.get(said.answer.number)(said.answer.answer);
      if (said.problem) reject(new Error(said.problem));
      if (said.state) {
        state = said.state;
        if (!firstFound && state.wanted > 0) {
          firstFound = true;
          (async () => {
            while (!(await search("common")).hits.length) await new Promise((resolve) => setTimeout(resolve, 20));
            firstFound = performance.now() - began;
          })();
        }
        if (state.is_whole) resolve();
      }
    };
  });
  await whole;
  const filled = performance.now() - began;
  const answers = {};
  for (const query of queries) {
    const runs = [];
    for (let run = 0; run < 15; run += 1) runs.push(await search(query));
    const times = runs.map(({ time }) => time).sort((a, b) => a - b);
    const there = await fetch("/api/fn/search", { method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify({ query }) });
    const hits = (await there.json()).map((hit) => hit.turn_id);
    const sorted = (ids) => JSON.stringify([...ids].sort());
    answers[query] = { first: runs[0].time, median: times[7], worst: times[14], hits: hits.length, same: sorted(hits) === sorted(runs[0].hits) };
  }
  return { filled, firstFound, state, answers };
}

const data = dataFolder();
const file = path.join(data, "export.json");
writeFileSync(file, exported());
command(data, ["import", file]);
const server = await Server.start({ data });
const profile = mkdtempSync(path.join(tmpdir(), "aios-chat-profile-"));
const context = await contextOnDisk(profile, { baseURL: server.url, serviceWorkers: "block" });
try {
  const page = await context.newPage();
  await page.goto("/");
  const { filled, firstFound, state, answers } = await page.evaluate(measure, QUERIES);
  const rows = state.conversations * A_CONVERSATION;
  console.log(`${rows} turns in ${(filled / 1000).toFixed(1)} s with search: ${Math.round(rows / (filled / 1000))} turns/s, ${((rows * BYTES) / filled / 1000).toFixed(1)} MB/s; first hit after ${(firstFound / 1000).toFixed(2)} s`);
  console.log(`database: ${(state.bytes / 1e6).toFixed(0)} MB for ${((rows * BYTES) / 1e6).toFixed(0)} MB of text`);
  for (const [query, { first, median, worst, hits, same }] of Object.entries(answers)) {
    console.log(`  ${query.padEnd(16)} first ${first.toFixed(1)} ms, median ${median.toFixed(1)}, worst ${worst.toFixed(1)}; ${hits} hits, ${same ? "as on the server" : "NOT as on the server"}`);
  }
} finally {
  await context.close();
  await server.discard();
  rmSync(profile, { recursive: true, force: true });
}
