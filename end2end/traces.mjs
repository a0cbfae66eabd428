// What the page's thread does while an answer streams and while a long conversation is scrolled, and how soon conversations of any length open.
//
//   node end2end/traces.mjs [stream] [scroll] [open]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { browser, closeBrowser } from "./support/browser.mjs";
import { longConversation } from "./support/exports.mjs";
import { ModelServer } from "./support/model_server.mjs";
import { Scene } from "./support/scene.mjs";
import { Server, command, dataFolder } from "./support/server.mjs";

const PARTS = ["stream", "scroll", "open"];
const chosen = PARTS.filter((part) => process.argv.includes(part));
const does = (part) => chosen.length === 0 || chosen.includes(part);
/** Milliseconds between two pictures of a screen. */
const FRAME = 1000 / 60;
/** Long enough to see the page move, short enough to wait for. */
const SCROLLED = 15_000;

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const folder = mkdtempSync(path.join(os.tmpdir(), "aios-chat-traces-"));

/** Traces the page's thread while `work` is done: the length of each of its tasks, in milliseconds. */
async function tasks(scene, work) {
  const session = await scene.context.newCDPSession(scene.page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel", "__metadata", "devtools.timeline"] } });
  await work();
  const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await ended;
  await session.detach();
  // The renderer that did most is that of the page.
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const ofMain = mains.map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid && event.ph === "X"));
  const busiest = ofMain.toSorted((a, b) => b.length - a.length)[0] ?? [];
  const lengths = (name) => busiest.filter((event) => event.name === name).map(({ dur }) => (dur ?? 0) / 1000);
  const all = lengths("RunTask").length > 0 ? lengths("RunTask") : lengths("ThreadControllerImpl::RunTask");
  return { all, busy: all.reduce((sum, task) => sum + task, 0) };
}

function told({ all, busy }, milliseconds) {
  const above = (limit) => all.filter((task) => task > limit).length;
  const worst = Math.max(...all);
  return `${all.length} tasks, ${above(50)} over 50 ms, ${above(FRAME)} over 16.7 ms, the longest ${worst.toFixed(1)} ms; busy ${((100 * busy) / milliseconds).toFixed(0)}%`;
}

function answer(bytes) {
  const section = (number) =>
    `## Part ${number}\n\nHere is *what* happens in step ${number}: the **first** ship passes the light, \`on_pass(ship)\` is called, and there is a line of it. Nothing else is touched before the second one comes.\n\n1. The signal is seen.\n2. One of them writes it down:\n   - the time,\n   - the name.\n\n| Ship | Length |\n|:-----|-------:|\n| Anna | 31 m |\n| Berta | 28 m |\n\n\`\`\`python\ndef pass_light(ship, log):\n    """Called for each ship."""\n    if ship.length > 30:\n        log.append(f"{ship.name} passed")\n    return len(log)\n\`\`\`\n\nSo \\(s = h / \\tan \\alpha\\), and together\n\n$$\ns = \\sum_{i=1}^{2} \\frac{h_i}{\\tan \\alpha_i}\n$$\n\n`;
  return Array.from({ length: Math.ceil(bytes / 700) }, (_, at) => section(at + 1)).join("").slice(0, bytes);
}

async function stream() {
  const model = await ModelServer.start();
  const server = await Server.start({ data: dataFolder(), options: ["--open-ai-url", model.url] });
  const scene = await Scene.open({ server });
  for (const [bytes, rate] of [[30_000, 200], [120_000, 1000]]) {
    await scene.visit("/new");
    await scene.say("Tell me of the harbour.");
    const growing = await model.asked();
    const pieces = answer(bytes).match(/[^]{1,12}/g);
    const start = performance.now();
    let took;
    const found = await tasks(scene, async () => {
      // As many as are due, each an event of its own.
      for (let at = 0; at < pieces.length; ) {
        const due = Math.min(pieces.length, Math.ceil(((performance.now() - start) * rate) / 1000));
        for (; at < due; at += 1) growing.say(pieces[at]);
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
      growing.end();
      await scene.page.locator('article.turn[aria-busy="false"]').last().waitFor();
      took = performance.now() - start;
    });
    console.log(`${bytes / 1000} kB in ${pieces.length} pieces of 12, ${rate} a second (${(took / 1000).toFixed(1)} s): ${told(found, took)}`);
  }
  await scene.context.close();
  await server.discard();
  await model.stop();
}

/** A server with one conversation of so many turns, and its address. */
async function withTurns(count) {
  const data = dataFolder();
  const file = path.join(folder, `${count}.json`);
  const turns = Array.from({ length: count }, (_, at) => [
    `Question ${at + 1}: what of the harbour?`,
    `Answer ${at + 1}.\n\nTwo ships pass the *light*, and \`one\` stays.\n\n- one\n- two\n\n${"Words of a long answer. ".repeat(at % 7 === 0 ? 60 : 4)}${at % 11 === 0 ? "\n\n```js\nconst a = 1;\nreturn a + 2;\n```" : ""}`,
  ]);
  writeFileSync(file, longConversation("The harbour", turns));
  command(data, ["import", file]);
  rmSync(file);
  const server = await Server.start({ data });
  const html = await (await fetch(new URL("/", server.url), { headers: { accept: "text/html" } })).text();
  return { server, address: /href="(\/c\/[^"?#]+)"/.exec(html)[1] };
}

async function scroll() {
  const { server, address } = await withTurns(10_000);
  for (const [where, options] of [["1280×800", {}], ["390×844", { viewport: { width: 390, height: 844 } }]]) {
    const scene = await Scene.open({ server, ...options });
    await scene.visit(address);
    await scene.page.locator("article.turn").last().waitFor();
    let seen;
    const found = await tasks(scene, async () => {
      seen = await scene.page.evaluate(
        ([milliseconds]) =>
          new Promise((resolve) => {
            const [gaps, start] = [[], performance.now()];
            let [last, most] = [start, 0];
            const step = (now) => {
              gaps.push(now - last);
              last = now;
              if (gaps.length % 20 === 0) most = Math.max(most, document.querySelectorAll("*").length);
              if (now - start > milliseconds) {
                const first = document.querySelector("article.turn .question").textContent;
                resolve({ gaps: gaps.slice(1), nodes: most, first: Number(/Question (\d+)/.exec(first)[1]) });
                return;
              }
              scrollBy(0, -60);
              requestAnimationFrame(step);
            };
            requestAnimationFrame(step);
          }),
        [SCROLLED],
      );
    });
    const missed = seen.gaps.filter((gap) => gap > 1.5 * FRAME).length;
    const gap = Math.max(...seen.gaps).toFixed(1);
    console.log(
      `scrolled up through 10,000 turns at ${where}, 60 px a frame: ${seen.gaps.length} frames, ${missed} came late, the longest wait ${gap} ms; ` +
        `from turn 10000 to ${seen.first}; at most ${seen.nodes} elements; ${told(found, SCROLLED)}`,
    );
    await scene.context.close();
  }
  await server.discard();
}

async function open() {
  for (const count of [100, 10_000, 100_000]) {
    const { server, address } = await withTurns(count);
    const times = { server: [], loaded: [], alive: [] };
    let elements;
    for (let round = 0; round < 7; round += 1) {
      const scene = await Scene.open({ server });
      const start = performance.now();
      await (await fetch(new URL(address, server.url), { headers: { accept: "text/html" } })).text();
      times.server.push(performance.now() - start);
      const visited = performance.now();
      await scene.visit(address);
      times.alive.push(performance.now() - visited);
      times.loaded.push(await scene.page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd));
      elements = await scene.page.evaluate(() => document.querySelectorAll("*").length);
      await scene.context.close();
    }
    const [html, loaded, alive] = ["server", "loaded", "alive"].map((what) => middle(times[what]).toFixed(0));
    console.log(`a conversation of ${count} turns: the server's HTML in ${html} ms, the document after ${loaded} ms, alive after ${alive} ms, ${elements} elements (median of 7)`);
    await server.discard();
  }
}

try {
  console.log(`Chromium ${(await browser()).version()}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
  if (does("stream")) await stream();
  if (does("scroll")) await scroll();
  if (does("open")) await open();
} finally {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
}
