// The browser: one process a test file, a fresh profile each.
import { chromium } from "playwright-core";
import { OPTIONS } from "./chromium.mjs";

let launched;

/** Chromium, started at the first call. Nothing but this machine can be reached from it, whatever a page tries. */
export function browser() {
  launched ??= chromium.launch(OPTIONS);
  return launched;
}

/**
 * A context of a browser of its own with its profile in a folder, as a person has it. The other contexts are private windows: those keep
 * what pages store in memory, where each write goes through another process.
 */
export function contextOnDisk(folder, options) {
  return chromium.launchPersistentContext(folder, { ...OPTIONS, ...options });
}

/** Ends it, if it was started. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}
