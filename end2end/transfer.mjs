// What a browser transfers until the chat page is interactive, how soon the first page is there, and how much memory the server takes.
//
//   node end2end/transfer.mjs
import { readFileSync } from "node:fs";
import { browser, closeBrowser } from "./support/browser.mjs";
import { Scene, fixture } from "./support/scene.mjs";
import { Server, command, dataFolder } from "./support/server.mjs";

/** How often a start is measured; the middle one counts. */
const STARTS = 9;

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Resident memory of a process in megabytes of a million bytes; undefined where the system does not say. */
function resident(pid) {
  try {
    return (Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** Bytes on the wire by type until the page is alive, with a cold cache. */
async function transferred(server, path) {
  const scene = await Scene.open({ server });
  const session = await scene.context.newCDPSession(scene.page);
  const types = new Map();
  const codings = new Map();
  const bytes = new Map();
  const loaded = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const { pathname } = new URL(response.url);
    const extension = /\.(\w+)$/.exec(pathname)?.[1];
    const type = extension ?? response.mimeType.split("/").pop();
    types.set(requestId, type);
    codings.set(type, response.headers["content-encoding"] ?? response.headers["Content-Encoding"] ?? "none");
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => loaded.set(requestId, encodedDataLength));
  await session.send("Network.enable");
  await scene.visit(path);
  const alive = new Map(loaded);
  await scene.page.waitForLoadState("networkidle");
  for (const [requestId, length] of loaded) {
    const type = `${types.get(requestId) ?? "other"}${alive.has(requestId) ? "" : " (later)"}`;
    bytes.set(type, (bytes.get(type) ?? 0) + length);
  }
  scene.watch.problems.forEach((line) => console.error(line));
  await scene.context.close();
  return [...bytes].map(([type, length]) => ({ type, length, coding: codings.get(type) ?? "" })).sort((a, b) => b.length - a.length);
}

const data = dataFolder();
command(data, ["import", fixture("chatgpt.json"), fixture("claude.json")]);
const [{ session_id: id }] = JSON.parse(command(data, ["list", "--json", "--limit", "1"]));

const ready = [];
const firstPage = [];
for (let start = 0; start < STARTS; start += 1) {
  const began = performance.now();
  const server = await Server.start({ data });
  ready.push(server.milliseconds);
  const response = await fetch(`${server.url}/c/${id}`, { headers: { accept: "text/html" } });
  if (!response.ok) throw new Error(`the first page has status ${response.status}`);
  await response.text();
  firstPage.push(performance.now() - began);
  await server.stop();
}
console.log(`start to URL line: ${middle(ready).toFixed(1)} ms; to the first page: ${middle(firstPage).toFixed(1)} ms (middle of ${STARTS})`);

const server = await Server.start({ data });
const idle = resident(server.pid);
await browser();
for (const path of ["/", `/c/${id}`, "/new"]) {
  const parts = await transferred(server, path);
  const sum = (types) => parts.filter(({ type }) => types.includes(type)).reduce((total, { length }) => total + length, 0);
  console.log(`\n${path.replace(id, "…")}: ${parts.reduce((total, { length }) => total + length, 0)} bytes, of which wasm and js ${sum(["wasm", "js"])}, css ${sum(["css"])}`);
  for (const { type, length, coding } of parts) console.log(`  ${type.padEnd(9)} ${String(length).padStart(8)}  ${coding}`);
}
console.log(`\nresident memory: ${idle?.toFixed(1)} MB after the start, ${resident(server.pid)?.toFixed(1)} MB after these pages`);
await closeBrowser();
await server.discard();
