// Memory and processor time of Chromium's renderers, as Linux counts them.
import { readFileSync } from "node:fs";

/** The processes that the pages of a browser run in, those that wait for a page included. */
export async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

function read(process, name) {
  try {
    return readFileSync(`/proc/${process}/${name}`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}

/** Bytes of memory that are a process's own: no files, nothing shared. */
function memory(process) {
  const kibibytes = /^RssAnon:\s+([0-9]+) kB/m.exec(read(process, "status"))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

/** Seconds of processor time that processes have taken, all their threads together. */
export function processorTime(processes) {
  // The fields behind the name, which may hold anything; Linux counts hundredths of seconds.
  const ticks = processes.map((process) => read(process, "stat").split(") ").at(-1).split(" ")).filter((fields) => fields.length > 12);
  return ticks.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0) / 100;
}

/** Does something, and says how far the memory of some processes rose meanwhile. */
export async function peakOf(processes, work) {
  const now = () => processes.reduce((sum, process) => sum + memory(process), 0);
  const start = now();
  const curve = [];
  const timer = setInterval(() => curve.push(now() - start), 20);
  try {
    const result = await work();
    curve.push(now() - start);
    return { result, curve, peak: Math.max(...curve) };
  } finally {
    clearInterval(timer);
  }
}
