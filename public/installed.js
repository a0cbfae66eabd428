// What makes the page an app: it registers the service worker, says when a new build is ready, and takes what the system hands over (files that are
// opened with the app, what other apps share), and has a copy of the history kept. Plain, and beside the WebAssembly: it works while that loads, and when it does not.

import { language, say } from "/words.js";

/** How often it is looked whether the page is alive, and from the offline page whether the server is, in milliseconds. */
const AGAIN = 250;
const SERVER_AGAIN = 3000;

/** How long a page may take to come alive, or a service worker to answer, in milliseconds. */
const PATIENCE = 60_000;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

if (document.documentElement.dataset.page === "offline") {
  dress();
  Object.assign(document.documentElement, { lang: language, dir: language === "ar" ? "rtl" : "ltr" });
  for (const element of document.querySelectorAll("[data-words]")) element.textContent = say(element.dataset.words);
  // The copy of the history takes the place of this page, if there is one.
  lookForServer(import("/copy.js").then(({ showOffline }) => showOffline()).catch(() => {}));
} else if ("serviceWorker" in navigator) {
  // The page first: what is kept is kept for the next time.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  takeShare();
  // Who keeps the app keeps the history: after all that the page itself needs.
  addEventListener("load", () => (globalThis.requestIdleCallback ?? setTimeout)(keepCopy));
}
globalThis.launchQueue?.setConsumer(async ({ files }) => {
  if (files?.length > 0) importFiles(await Promise.all(files.map((file) => file.getFile())));
});

/** Gives the page the looks that were chosen, as the server does otherwise: app/src/chat/types/settings.rs. */
function dress() {
  const chosen = new URLSearchParams(/(?:^|; )settings=([^;]*)/.exec(document.cookie)?.[1]);
  for (const name of ["theme", "face", "size", "width"]) if (chosen.has(name)) document.documentElement.dataset[name] = chosen.get(name);
}

async function register() {
  // A browser that keeps nothing, as in a private window, refuses; then the app works with the network alone.
  const registration = await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => undefined);
  if (!registration) return;
  const look = () => registration.active && registration.waiting && offer(registration.waiting);
  const follow = () => registration.installing?.addEventListener("statechange", look);
  look();
  follow();
  registration.addEventListener("updatefound", follow);
  // A page may be open for days without going anywhere.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => {});
  });
}

/** Says that a build is ready, unless this page is of that build already: then nobody has to be asked. */
async function offer(worker) {
  const script = document.querySelector("link[rel=modulepreload]")?.getAttribute("href");
  if (script && (await ask(worker, { ask: "is it yours", path: script }))) {
    worker.postMessage({ ask: "take over" });
    return;
  }
  if (document.querySelector(".update")) return;
  const line = document.createElement("p");
  line.className = "update";
  line.setAttribute("role", "status");
  const button = (className, text, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
    button.addEventListener("click", act);
    return button;
  };
  const load = async () => {
    // Another page may have asked already, and a later build may have come: what waits now counts.
    const waiting = (await navigator.serviceWorker.getRegistration())?.waiting;
    if (!waiting) return location.reload();
    waiting.addEventListener("statechange", () => waiting.state === "activated" && location.reload());
    waiting.postMessage({ ask: "take over" });
  };
  line.append(say("updateReady"), button("primary", say("loadIt"), load), button("quiet", say("laterButton"), () => line.remove()));
  document.body.append(line);
}

function ask(worker, question) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (message) => resolve(message.data);
    worker.postMessage(question, [port2]);
  });
}

/** Fetches what was shared, if the address says that something was. */
async function takeShare() {
  const address = new URL(location.href);
  const id = address.searchParams.get("share");
  if (!id) return;
  // Loading the page again must not ask for it again.
  address.searchParams.delete("share");
  history.replaceState(history.state, "", address);
  const worker = navigator.serviceWorker.controller;
  const share = worker && (await Promise.race([ask(worker, { ask: "what was shared", id }), wait(PATIENCE)]));
  if (!share) return alert(say("shareLost"));
  if (share.text) writeDraft(share.text);
  if (share.files.length > 0) importFiles(share.files);
}

/** Puts words under the draft of a new message, where app/src/chat/utils/draft.rs keeps it and where it is written. */
function writeDraft(text) {
  const field = location.pathname === "/new" ? document.querySelector("#message") : undefined;
  const draft = [field?.value || localStorage.getItem("draft:"), text].filter(Boolean).join("\n\n");
  localStorage.setItem("draft:", draft);
  if (!field) return;
  field.value = draft;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.focus();
}

/** Drops files on the page as a person would, as soon as it takes them. */
async function importFiles(files) {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  const end = Date.now() + PATIENCE;
  // Who takes a drop keeps the browser from opening the file.
  while (dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }))) {
    if (Date.now() > end) return alert(say("notStarted"));
    await wait(AGAIN);
  }
}

/** Keeps a copy of the history where the app itself is kept, and none where it is not. */
async function keepCopy() {
  const { controller } = navigator.serviceWorker;
  if (!controller && !localStorage.getItem("copy:history")) return;
  const { keep, forget } = await import("/copy.js");
  if (controller) await keep();
  else if (!(await navigator.serviceWorker.getRegistration())) await forget();
}

/** Goes back to the page that was wanted when the server answers again, and what was changed without it is sent. */
async function lookForServer(shown) {
  for (;;) {
    await wait(SERVER_AGAIN);
    const answer = await fetch("/health", { cache: "no-store" }).catch(() => undefined);
    if (!answer?.ok) continue;
    const send = await shown;
    await send?.();
    return location.reload();
  }
}
