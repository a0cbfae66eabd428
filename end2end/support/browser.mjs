// The browser: one process a test file, a fresh profile each.
import { chromium } from "playwright-core";

let launched;

/** Chromium, started at the first call. Nothing but this machine can be reached from it, whatever a page tries. */
export function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  return launched;
}

/** Ends it, if it was started. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}
