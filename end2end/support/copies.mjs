// The copy of the history in a browser, as tests look at it.
import { until } from "./scene.mjs";

/** The line that says how it is with the copy. */
export const state = (page) => page.locator(".copy-state");

/** Waits until the copy has everything that it is to have. On a phone the line that says so is behind a button. */
export const whole = (page) => state(page).filter({ hasText: "in this browser" }).waitFor({ state: "attached" });

/** Visits often enough to have a service worker: where the app is not kept, nothing is. */
export async function keepApp(scene) {
  await scene.visit("/");
  await until("the service worker is active", () =>
    scene.page.evaluate(async () => (await navigator.serviceWorker.ready).active.state === "activated"),
  );
}

/** Has the app and its copy kept, and waits until that has everything. */
export async function fill(scene) {
  await keepApp(scene);
  await scene.reload();
  await whole(scene.page);
}

/** The server is away for a while: what a browser says about that is expected. */
export function expectAbsence({ watch }) {
  watch.expectConsole(/WebSocket connection|ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_FAILED|Failed to fetch/);
  watch.expectFailure(/ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_FAILED|ERR_ABORTED/);
}
