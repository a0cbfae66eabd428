// Measures what an answer in pieces costs, against marked, which reads the whole text again for each piece. See scripts/bench-markdown.
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { OPTIONS } from "../../end2end/support/chromium.mjs";
import { serve } from "./serve.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = path.resolve(here, "../..", process.env.CARGO_TARGET_DIR ?? "target");
const rounds = Number(process.argv[2] ?? 7);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const server = await serve({
  "/": here,
  "/markdown/": path.join(target, "bench", "markdown"),
  "/marked.js": path.join(here, "node_modules/marked/lib/marked.esm.js"),
});
const browser = await chromium.launch(OPTIONS);
const page = await browser.newPage();
page.on("pageerror", (error) => console.error(error));
await page.goto(`${server.url}/markdown.html`);
await page.waitForFunction(() => window.isReady);

const run = (way, options) => page.evaluate(([way, options]) => window.run(way, options), [way, options]);
const ends = (options) => page.evaluate((options) => window.ends("ours", options), options);

console.log(`Chromium ${browser.version()}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}; median of ${rounds} rounds, each of both in turn`);
for (const [what, shows] of [["HTML alone", false], ["HTML and DOM", true]]) {
  const options = { bytes: 30_000, length: 12, shows };
  const times = { ours: [], marked: [] };
  let pieces;
  await run("ours", options);
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ["ours", "marked"]) {
      const { milliseconds, pieces: count } = await run(way, options);
      times[way].push(milliseconds);
      pieces = count;
    }
  }
  const [ours, marked] = [median(times.ours), median(times.marked)];
  const ratio = median(times.marked.map((milliseconds, round) => milliseconds / times.ours[round]));
  console.log(`30 kB in ${pieces} pieces of 12, ${what}: ours ${ours.toFixed(1)} ms, marked ${marked.toFixed(0)} ms: 1/${ratio.toFixed(0)}`);
}
for (const [what, shows] of [["HTML alone", false], ["HTML and DOM", true]]) {
  for (const whole of [100_000, 1_000_000]) {
    const all = [];
    for (let round = 0; round < rounds; round += 1) all.push(await ends({ whole, bytes: 20_000, length: 12, shows }));
    const ratio = median(all.map(({ first, last }) => last / first));
    const [first, last] = ["first", "last"].map((end) => median(all.map((one) => one[end])));
    console.log(
      `a piece of 12 at the end of ${whole / 1000} kB against one at its beginning, ${what}: ${last.toFixed(1)} µs against ${first.toFixed(1)} µs: ${ratio.toFixed(2)}`,
    );
  }
}
await browser.close();
server.close();
