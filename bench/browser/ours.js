import init, { start } from "/worker/worker.js";

const { memory } = await init();
addEventListener("message", ({ data }) => {
  if (data === "memory") postMessage({ memory: memory.buffer.byteLength });
});
await start();
