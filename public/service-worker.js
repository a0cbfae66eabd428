// What answers when the server does not. It keeps the files of one build, which `xtask` names here, and nothing that the history says: pages always
// come from the server, and without it there is a page that says so.
//
// With no build it is the kill switch: it throws away what others like it kept, and itself. So it is in development, and with --no-offline.
const BUILD = { version: "", files: [] };

const OFFLINE = "/offline.html";
const PREFIX = "aios-chat-";
const OWN = PREFIX + BUILD.version;

/** How long a page may take before it is asked whether the server is there at all, and how long that may take, in milliseconds. */
const PATIENCE = 3000;

/** How long something that was shared waits for the page that takes it, in milliseconds. */
const SHARE_PATIENCE = 60_000;

/** Files whose name holds a hash of their content are the same for ever. */
const HASHED = /\.[0-9a-f]{16}\.[a-z]+$/;

/** What was shared and not taken yet, by the id in the address of the page that takes it. It is in memory alone. */
const shared = new Map();

addEventListener("install", (event) => {
  // A page of an older build may be open: this one waits until it is asked to take over.
  event.waitUntil(BUILD.version ? keepFiles() : skipWaiting());
});

addEventListener("activate", (event) => {
  event.waitUntil(BUILD.version ? removeOldFiles() : removeEverything());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (!BUILD.version || origin !== location.origin) return;
  if (request.method === "POST" && pathname === "/share") {
    event.respondWith(receive(event));
  } else if (request.method !== "GET" || /^\/(api|files|docs)\//.test(pathname)) {
    return;
  } else if (BUILD.files.includes(pathname) || HASHED.test(pathname)) {
    event.respondWith(file(request, pathname));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request));
  }
});

addEventListener("message", (event) => {
  const { ask, path, id } = event.data ?? {};
  if (ask === "take over") skipWaiting();
  if (ask === "is it yours") event.ports[0]?.postMessage(BUILD.files.includes(path));
  if (ask === "what was shared") {
    const share = shared.get(id);
    event.ports[0]?.postMessage(share?.what);
    share?.taken();
  }
});

/** Keeps all files of this build, or none. */
async function keepFiles() {
  const cache = await caches.open(OWN);
  try {
    await cache.addAll(BUILD.files.map((path) => new Request(path, { cache: HASHED.test(path) ? "default" : "no-cache" })));
  } catch (error) {
    // The build before goes on; the browser tries again at the next visit.
    await caches.delete(OWN);
    throw error;
  }
}

/** Removes the files of other builds, but for the latest: pages of it may be open, and load its import worker only when they need it. */
async function removeOldFiles() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== OWN);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

async function removeEverything() {
  await Promise.all((await caches.keys()).filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)));
  await registration.unregister();
}

/** A file of the site. A page names files with a hash, so it gets those it was made with, whatever build is kept here. */
async function file(request, pathname) {
  const kept = () => caches.match(pathname, { ignoreVary: true });
  if (HASHED.test(pathname)) return (await kept()) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const answer = await kept();
    if (answer) return answer;
    throw error;
  }
}

/** A page, from the server. If that takes long it is waited for as long as the server is there. */
async function page(request) {
  let isOver = false;
  const answer = fetch(request).finally(() => (isOver = true));
  const answerOfLivingServer = async () => {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    if (!isOver) await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer;
  };
  try {
    return await Promise.race([answer, answerOfLivingServer()]);
  } catch {
    return (await caches.match(OFFLINE, { cacheName: OWN })) ?? Response.error();
  }
}

/** Takes what another app shares, and leads to the page that shows it: the import for files, a new message for words. */
async function receive(event) {
  const form = await event.request.formData();
  const files = form.getAll("files").filter((file) => typeof file !== "string" && file.size > 0);
  const words = ["title", "text", "url"].map((name) => form.get(name)).filter((word) => typeof word === "string" && word.trim());
  const id = crypto.randomUUID();
  const waiting = new Promise((taken) => {
    shared.set(id, { what: { files, text: [...new Set(words)].join("\n") }, taken });
    setTimeout(taken, SHARE_PATIENCE);
  });
  event.waitUntil(waiting.then(() => shared.delete(id)));
  return Response.redirect(`${files.length > 0 ? "/" : "/new"}?share=${id}`, 303);
}
