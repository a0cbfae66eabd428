// The page of the benchmark: it hands the chosen file to one of the two workers and says how long that took.

const way = new URLSearchParams(location.search).get("way");
const begin = () => new Worker(`${way}.js`, { type: "module" });
let worker = begin();

let job = 0;

/** Waits for the first message that `take` makes something of. */
function answer(take) {
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

/** Posts something, and says what the answer is and after how many seconds it came. */
async function timed(message, take) {
  const start = performance.now();
  const answered = answer(take);
  worker.postMessage(message);
  const result = await answered;
  return { ...result, seconds: (performance.now() - start) / 1000 };
}

const file = () => document.querySelector("#file").files[0];

const WAYS = {
  /** Our worker. Whether it compares hangs on whether the server answers: after the first question without an answer it hashes no more. */
  ours: {
    read: () => timed({ read: file() }, (data) => (data.bytes === undefined ? undefined : data)),
    async outline() {
      job += 1;
      const outlined = await timed([JSON.stringify({ outline: { job } }), file()], (data) => {
        if (typeof data !== "string") return undefined;
        const counts = JSON.parse(data).outlined?.outlined.counts;
        const sum = (what) => counts.reduce((sum, count) => sum + count[what], 0);
        return counts && { conversations: sum("conversations"), turns: sum("turns") };
      });
      return { ...outlined, ...(await timed("memory", (data) => (data.memory ? { memory: data.memory } : undefined))), seconds: outlined.seconds };
    },
  },
  /** What a web application would do. */
  plain: {
    read: () => timed({ file: file(), what: "read" }, (data) => data),
    /** Once more in a worker of its own if it fails: the browser was seen to have no room left while that of runs before was not collected. */
    async outline(compares) {
      const run = () => timed({ file: file(), what: compares ? "compare" : "convert" }, (data) => data);
      const result = await run();
      if (!result.error) return result;
      worker.terminate();
      worker = begin();
      return run();
    },
  },
};

globalThis.bench = WAYS[way];
if (way === "ours") await answer((data) => (typeof data === "string" && data.includes("ready") ? true : undefined));
document.title = "ready";
