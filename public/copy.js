// The history on this browser's own disk: starts its worker in one page at a time, and asks it for all pages; shows what it has when the server is
// away. Plain, and beside the WebAssembly of the page, which is not larger for it. All rules are in the worker (`copy/`).

import { say } from "/words.js";

/** The worker's first script. The build puts its full name here. */
const WORKER = "/copy/entry.js";

/** The first script of the import worker. The build puts its full name here, too. */
const IMPORTER = "/worker/entry.js";

/** Where this browser remembers which history was open last, and how much of it is to be kept: months, `all` or `none`. */
const HISTORY = "copy:history";
const KEEP = "copy:keep";

/** What the folders of copies are called. */
const FOLDER = "aios-copy-";

/** How long an answer may take, also if another page takes over meanwhile, and how long changes may take to be sent, in milliseconds. */
const PATIENCE = 15_000;
const DRAIN = 5_000;

/** How long a folder may be held by a worker that was ended, and how often that is looked, in milliseconds. */
const HELD = 3_000;
const AGAIN = 50;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The copy of one history, as this page sees it: its own worker, or that of another page. */
class Copy {
  state = {};
  problem = "";
  #worker;
  #isOpen = false;
  #end;
  #asked = new Map();
  #next = 1;
  #listeners = new Set();

  constructor(history) {
    this.name = FOLDER + history;
    this.id = crypto.randomUUID();
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }) => this.#heard(data);
    this.channel.postMessage({ is: "who", from: this.id });
    // Whoever has the lock has the worker, and nobody else: when its page goes, so do both, and the next one in the row begins.
    navigator.locks
      .request(this.name, () => new Promise((end) => this.#own(history, end)))
      .catch((error) => this.#say({ problem: say("copyNoneWhy", error.message) }));
  }

  /** Calls back with every change of the state, and with this one. */
  follow(listener) {
    this.#listeners.add(listener);
    listener(this);
  }

  /** Asks the worker. */
  ask(ask) {
    const number = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(number);
        reject(new Error(say("copyAsksInVain")));
      }, PATIENCE);
      this.#asked.set(number, { ask, resolve: (answer) => (clearTimeout(timer), resolve(answer)) });
      this.#pass(number, ask);
    });
  }

  /** Ends the worker and removes what it kept; other pages are told. */
  async forget() {
    this.channel.postMessage({ is: "forgotten" });
    this.#worker?.terminate();
    await removeFolders();
    this.#say({ state: {}, problem: say("copyNothing") });
    this.#end?.();
  }

  #own(history, end) {
    this.#end = end;
    if (localStorage.getItem(KEEP) === "none") return end();
    this.#worker = new Worker(WORKER, { type: "module", name: history });
    this.#worker.onmessage = ({ data }) => this.#told(JSON.parse(data));
    this.#worker.onerror = () => {
      this.#worker = undefined;
      this.#say({ problem: say("copyNone") });
      end();
    };
    // Other pages ask again for what the page before left open.
    this.channel.postMessage({ is: "owner" });
  }

  #passAll() {
    for (const [number, { ask }] of this.#asked) this.#pass(number, ask);
  }

  #pass(number, ask) {
    if (!this.#worker) this.channel.postMessage({ is: "ask", from: this.id, number, ask });
    // A worker that is still being loaded hears nothing.
    else if (this.#isOpen) this.#worker.postMessage(JSON.stringify({ number, ...ask }));
  }

  #told({ answer, state, problem, closed }) {
    if (answer) {
      const asked = this.#asked.get(answer.number);
      this.#asked.delete(answer.number);
      asked?.resolve(answer.answer);
    }
    if (state) {
      this.#say({ state, problem: "" });
      if (!this.#isOpen) {
        this.#isOpen = true;
        this.#passAll();
      }
    }
    if (problem) this.#say({ problem });
    // Signed out from elsewhere: then nothing stays here but changes that nobody else has.
    if (closed && !this.state.waiting) this.forget();
  }

  #say(said) {
    if (this.#worker) this.channel.postMessage({ is: "said", said });
    Object.assign(this, said);
    for (const listener of this.#listeners) listener(this);
  }

  async #heard(data) {
    if (data.is === "who" && this.#worker) this.channel.postMessage({ is: "said", said: { state: this.state, problem: this.problem } });
    if (data.is === "said") this.#say(data.said);
    if (data.is === "owner") this.#passAll();
    if (data.is === "ask" && this.#worker) {
      const answer = await this.ask(data.ask).catch(() => undefined);
      if (answer) this.channel.postMessage({ is: "answer", to: data.from, number: data.number, answer });
    }
    if (data.is === "answer" && data.to === this.id) this.#told({ answer: data });
    if (data.is === "forgotten") {
      this.#worker?.terminate();
      this.#say({ state: {}, problem: say("copyNothing") });
    }
  }
}

/** Removes the copies of all histories. A worker that was ended may hold its folder for a moment. */
async function removeFolders() {
  localStorage.removeItem(HISTORY);
  const root = await navigator.storage.getDirectory();
  const names = [];
  for await (const name of root.keys()) if (name.startsWith(FOLDER)) names.push(name);
  for (const name of names) {
    const end = Date.now() + HELD;
    while (!(await root.removeEntry(name, { recursive: true }).then(() => true, (error) => error.name === "NotFoundError"))) {
      if (Date.now() > end) throw new Error(say("copyInUse"));
      await wait(AGAIN);
    }
  }
}

/** Keeps the copy up to date from a page of the app, says how it is, and lets the search box ask it. */
export async function keep() {
  if (!navigator.storage?.getDirectory || !navigator.locks) return;
  const answer = await fetch("/api/changes", { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok) return;
  const { history } = await answer.json();
  if (localStorage.getItem(KEEP) !== "none") localStorage.setItem(HISTORY, history);
  const copy = new Copy(history);
  const line = stateLine(copy);
  copy.follow(() => {
    line.firstChild.textContent = words(copy);
    // The page's own code may make the foot anew.
    if (!line.isConnected) document.querySelector(".sidebar-foot")?.append(line);
  });
  searchAtHand(copy);
  document.addEventListener("click", ({ target }) => target.closest("[data-copy=choose]") && choose(copy));
  // An app that was installed is meant to stay. In a tab it is asked for with the choice of what is kept, since some browsers ask the person.
  if (matchMedia("(display-mode: standalone)").matches) navigator.storage.persist?.();
  addEventListener("online", () => copy.ask({ ask: "look" }).catch(() => {}));
}

/** Takes away what is kept: the app shall not be kept in this browser any more. */
export async function forget() {
  if (localStorage.getItem(HISTORY)) await removeFolders();
}

/** How it is with the copy, in a few words. */
function words({ state, problem }) {
  if (localStorage.getItem(KEEP) === "none") return say("copyNothingKept");
  if (problem) return problem;
  const waiting = state.waiting > 0 ? say("copyWaiting", state.waiting) : "";
  const notMade = state.not_made > 0 ? say("copyNotMade", state.not_made) : "";
  const filling = state.wanted > 0 ? say("copyToCome", state.wanted) : say("copySyncing");
  const here = state.left_out > 0 ? say("copyNewest", state.conversations - state.left_out, state.left_out) : say("copyWhole");
  const how = state.is_offline ? say("copyOffline") : state.is_whole ? here : filling;
  return [how, waiting, notMade].filter(Boolean).join(" · ");
}

/** The line in the foot of the sidebar. It opens the choice of what is kept. */
function stateLine(copy) {
  const line = document.createElement("p");
  line.className = "copy-state";
  line.setAttribute("role", "status");
  const open = Object.assign(document.createElement("button"), { type: "button", className: "link", title: say("copyWhat") });
  open.addEventListener("click", () => choose(copy));
  line.append(open);
  return line;
}

/** Asks what is to be kept in this browser. */
async function choose(copy) {
  const dialog = document.createElement("dialog");
  dialog.className = "copy-choice";
  const { usage = 0, quota = 0 } = (await navigator.storage.estimate?.()) ?? {};
  const megabytes = (bytes) => `${Math.round(bytes / 1e6).toLocaleString()} MB`;
  dialog.innerHTML = `<form method="dialog"><h2>${say("copyTitle")}</h2><p></p><label>${say("copyKeep")} <select name="keep">
    <option value="all">${say("copyAll")}</option><option value="12">${say("copyYear")}</option><option value="3">${say("copyQuarter")}</option>
    <option value="1">${say("copyMonth")}</option></select></label><p class="copy-buttons"><button class="primary" value="keep">${say("copyKeep")}</button>
    <button value="forget">${say("copyForget")}</button><button class="quiet" value="">${say("copyCancel")}</button></p></form>`;
  const [text, select] = [dialog.querySelector("p"), dialog.querySelector("select")];
  const lasts = (await navigator.storage.persisted?.()) ? say("copyStays") : say("copyMayGo");
  text.textContent = `${say("copyIs", megabytes(copy.state.bytes ?? 0), megabytes(usage), megabytes(quota))} ${lasts}`;
  const kept = localStorage.getItem(KEEP) ?? "all";
  if (kept !== "none") select.value = kept;
  dialog.addEventListener("close", async () => {
    dialog.remove();
    if (dialog.returnValue === "forget") {
      localStorage.setItem(KEEP, "none");
      await copy.forget().catch((error) => alert(error.message));
    } else if (dialog.returnValue === "keep") {
      localStorage.setItem(KEEP, select.value);
      navigator.storage.persist?.();
      if (kept === "none") return location.reload();
      await copy.ask({ ask: "keep", months: Number(select.value) || null }).catch((error) => alert(error.message));
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** Shows what the copy finds below the search box while one types. Sending the box asks the server, as before. */
function searchAtHand(copy) {
  const panel = Object.assign(document.createElement("div"), { className: "copy-hits", hidden: true });
  const close = () => (panel.hidden = true);
  let last = 0;
  document.addEventListener("input", async ({ target }) => {
    if (target.id !== "search") return;
    const own = ++last;
    const query = target.value.trim();
    if (!query || !copy.state.conversations) return close();
    const answer = await copy.ask({ ask: "search", query, limit: 8 }).catch(() => undefined);
    // Somebody has typed on; and what is being filled says less than the server.
    if (own !== last || !answer?.page) return;
    panel.innerHTML = answer.page.main;
    localise(panel);
    panel.hidden = false;
    if (!panel.isConnected) target.form.after(panel);
  });
  panel.addEventListener("click", close);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  document.addEventListener("pointerdown", ({ target }) => target.closest(".copy-hits, .search-box") || close());
}

/** Says days in the reader's own zone and words. */
function localise(element) {
  for (const time of element.querySelectorAll("time")) time.textContent = new Date(time.dateTime).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** Shows the copy in place of the page for when the server is away. Gives what has to be done before the server's pages are shown again. */
export async function showOffline() {
  const history = localStorage.getItem(HISTORY);
  if (!history || localStorage.getItem(KEEP) === "none") return;
  const copy = new Copy(history);
  const frame = document.createElement("div");
  frame.className = "frame";
  frame.innerHTML = `<aside id="sidebar" class="sidebar" popover="auto" aria-label="Conversations"><div class="sidebar-head"><a href="/" class="wordmark">AI OS Chat</a></div>
    <form class="search-box" action="/search" method="get" role="search" aria-label="Quick search"><input id="search" type="search" name="q" placeholder="Search" aria-label="Search all conversations" autocomplete="off"></form>
    <nav class="conversations" aria-label="Conversations"></nav>
    <div class="sidebar-foot"><nav class="shelves" aria-label="Lists"><a href="/new">New</a><a href="/import">Import</a><a href="/archive">Archive</a></nav><p class="copy-state" role="status"></p></div></aside>
    <div class="column"><div class="topbar"><button class="quiet" type="button" popovertarget="sidebar" aria-label="Conversations">☰</button><a href="/" class="wordmark">AI OS Chat</a></div>
    <p class="connection" role="status">The server cannot be reached. This is the copy in this browser; what you change is sent when the server is back.</p>
    <main id="page" class="page" tabindex="-1"></main></div>`;
  const [side, main, line] = ["nav.conversations", "main", ".copy-state"].map((part) => frame.querySelector(part));
  const show = async () => {
    const { pathname, searchParams, hash } = new URL(location.href);
    const { page, problem } = await copy.ask({ ask: "page", path: pathname, query: Object.fromEntries(searchParams) });
    if (!page) throw new Error(problem);
    document.title = page.title ? `${page.title} · AI OS Chat` : "AI OS Chat";
    side.innerHTML = page.side;
    main.innerHTML = page.main;
    localise(frame);
    const message = main.querySelector("#message");
    if (message) message.value = localStorage.getItem(draftOf(pathname)) ?? "";
    if (hash) document.getElementById(hash.slice(1))?.scrollIntoView();
  };
  // As long as there is nothing to show, the page says what it said.
  await show();
  document.body.replaceChildren(frame);
  copy.follow(() => (line.textContent = words(copy)));
  const go = (address) => {
    // On a phone the list lies over the page.
    frame.querySelector("#sidebar:popover-open")?.hidePopover();
    globalThis.history.pushState(undefined, "", address);
    scrollTo(0, 0);
    return show().catch(failed);
  };
  const failed = (error) => (main.textContent = error.message);
  addEventListener("popstate", () => show().catch(failed));
  frame.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href);
  });
  frame.addEventListener("input", ({ target }) => {
    if (target.id === "message") localStorage.setItem(draftOf(location.pathname), target.value);
  });
  frame.addEventListener("change", async ({ target }) => {
    if (target.type !== "file" || target.files.length === 0) return;
    const say = (text) => (main.querySelector(".import-state") ?? line).textContent = text;
    await importHere(copy, [...target.files], say).catch((error) => say(error.message));
    target.value = "";
    side.innerHTML = (await copy.ask({ ask: "page", path: "/", query: {} })).page.side;
    localise(side);
  });
  frame.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    if (form.method === "get") return go(`${form.getAttribute("action")}?${new URLSearchParams(fields)}`);
    const place = scrollY;
    const ask = { ask: "change", action: form.getAttribute("action"), fields, id: crypto.randomUUID() };
    const { problem } = await copy.ask(ask).catch((error) => ({ problem: error.message }));
    if (problem) return alert(problem);
    await show().catch(failed);
    scrollTo(0, place);
  });
  return async () => {
    const end = Date.now() + DRAIN;
    await copy.ask({ ask: "look" }).catch(() => {});
    while (copy.state.waiting > 0 && Date.now() < end) await wait(AGAIN);
  };
}

/** Imports files into the copy; says how far it is, and at the end what became of it. */
function importHere(copy, files, say) {
  // Its name says that there is no server: then it asks this page for what it would ask the server for.
  const worker = new Worker(IMPORTER, { type: "module", name: "offline" });
  const send = (command, ...files) => worker.postMessage(files.length > 0 ? [JSON.stringify(command), ...files] : JSON.stringify(command));
  const conversations = (count) => `${count.toLocaleString()} ${count === 1 ? "conversation" : "conversations"}`;
  const take = ({ data, ports: [port] }) => {
    if (port) {
      port.onmessage = async ({ data: { number, path, body } }) => {
        const answer = await copy.ask({ ask: "import", path, body }).catch((error) => ({ problem: error.message }));
        port.postMessage({ number, body: answer.body, problem: answer.problem });
      };
      return;
    }
    const event = JSON.parse(data);
    if (event === "ready") send({ outline: { job: 1, names: files.map(({ name }) => name) } }, ...files);
    if (event.progress) say(`Reading: ${conversations(event.progress.reached.conversations)}…`);
    if (event.outlined) {
      const { counts, refused } = event.outlined.outlined;
      if (counts.length === 0) throw new Error(refused.map(({ message }) => message).join(" ") || "There are no conversations in it. Nothing was stored.");
      send({ commit: { job: 1, import_id: crypto.randomUUID(), feeds: false } });
    }
    if (!event.committed) return;
    const { ending, totals, warnings } = event.committed.committed;
    if (ending.failed) throw new Error(ending.failed);
    const rest = [totals.failed && `${conversations(totals.failed)} could not be read.`, ...warnings.map(({ message }) => message)].filter(Boolean);
    say([`${conversations(totals.imported + totals.updated)} can be read here, and wait for the server.`, ...rest].join(" "));
    return true;
  };
  return new Promise((resolve, reject) => {
    worker.onerror = () => reject(new Error("The import did not start. Load the page again; nothing was stored."));
    worker.onmessage = (event) => {
      try {
        if (take(event)) resolve();
      } catch (error) {
        reject(error);
      }
    };
  }).finally(() => worker.terminate());
}

/** In the import worker, when there is no server: gives the page what is meant for the server. */
export function withoutServer() {
  const { fetch } = globalThis;
  const { port1, port2 } = new MessageChannel();
  const waiting = new Map();
  let next = 1;
  port1.onmessage = ({ data }) => {
    waiting.get(data.number)?.(data);
    waiting.delete(data.number);
  };
  globalThis.fetch = async (request, ...more) => {
    if (!(request instanceof Request) || request.method !== "POST") return fetch(request, ...more);
    const body = await request.text();
    const answer = await new Promise((resolve) => {
      const number = next++;
      waiting.set(number, resolve);
      port1.postMessage({ number, path: new URL(request.url).pathname, body });
    });
    return answer.body === undefined ? new Response(answer.problem, { status: 503 }) : new Response(answer.body, { headers: { "content-type": "application/json" } });
  };
  postMessage("", [port2]);
}

/** Where the app keeps the draft of a conversation: see app/src/chat/utils/draft.rs. */
function draftOf(pathname) {
  return `draft:${pathname.startsWith("/c/") ? decodeURIComponent(pathname.slice(3)) : ""}`;
}
