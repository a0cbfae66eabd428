// The page of the benchmark: it hands the chosen file to one of the two workers and says how long that took.

/** Ours, as the release has it, with one line more: it says how large its memory is. */
const ours = new Worker("ours.js", { type: "module" });
/** What a web application would do. */
const plain = new Worker("plain.js", { type: "module" });

let job = 0;

/** Waits for the first message that `take` makes something of. */
function answer(worker, take) {
  return new Promise((resolve, reject) => {
    const listen = ({ data }) => {
      const result = take(data);
      if (result === undefined) return;
      worker.removeEventListener("message", listen);
      resolve(result);
    };
    worker.addEventListener("message", listen);
    worker.addEventListener("error", (event) => reject(new Error(event.message ?? "the worker failed")), { once: true });
  });
}

const file = () => document.querySelector("#file").files[0];

/** The outline of the file by our worker: seconds, conversations, and the size of the module's memory in bytes. */
async function outline() {
  job += 1;
  const found = { conversations: 0, turns: 0 };
  const outlined = answer(ours, (data) => {
    if (typeof data !== "string") return undefined;
    const event = JSON.parse(data);
    for (const count of event.outlined?.outlined.counts ?? []) {
      found.conversations += count.conversations;
      found.turns += count.turns;
    }
    return event.outlined && performance.now();
  });
  const start = performance.now();
  ours.postMessage([JSON.stringify({ outline: { job } }), file()]);
  const seconds = ((await outlined) - start) / 1000;
  const memory = answer(ours, (data) => data.memory);
  ours.postMessage("memory");
  return { ...found, seconds, memory: await memory };
}

/** The same by JSON.parse. */
async function parse() {
  const start = performance.now();
  const done = answer(plain, (data) => data);
  plain.postMessage(file());
  const result = await done;
  return { ...result, seconds: (performance.now() - start) / 1000 };
}

globalThis.bench = { outline, parse };
await answer(ours, (data) => (typeof data === "string" && data.includes("ready") ? true : undefined));
document.title = "ready";
