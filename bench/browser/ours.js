// Our worker, as the release has it, that also says how large its memory is, and reads a file as the worker does without doing anything with it.
import init, { start } from "/worker/worker.js";

/** As in worker/src/web/files/stream.rs. */
const PIECE = 256 * 1024;

const { memory } = await init();
addEventListener("message", async ({ data }) => {
  if (data === "memory") postMessage({ memory: memory.buffer.byteLength });
  if (data.read) postMessage({ bytes: await read(data.read) });
});
await start();

/** What reads the file. Referred to from here: one that only its own promise referred to was seen never to go on, as if it had been collected as garbage. */
let reader;

/** Copies all of a file to one place, a piece at a time. */
async function read(file) {
  const place = new Uint8Array(PIECE);
  reader = file.stream().getReader({ mode: "byob" });
  let bytes = 0;
  for (let buffer = new ArrayBuffer(PIECE); ; ) {
    const { value } = await reader.read(new Uint8Array(buffer));
    if (!value?.length) return bytes;
    place.set(value);
    bytes += value.length;
    buffer = value.buffer;
  }
}
