// Notes everything that should not happen in a page.

/** What only workers ask for: their own files, and the changes that the copy of the history follows. */
const OF_WORKERS = /^\/(copy\/|worker\/|api\/changes)/;

/**
 * Watches all pages of a browser context.
 *
 * A problem is: an error or warning on the console (a failed hydration is one), an exception that nobody caught, a request that failed, a
 * response of 400 or more, and anything that goes to another host. What a test expects it announces.
 */
export class Watch {
  #problems = [];
  #statuses = [];
  #consoles = [];
  #failures = [];
  #hosts;
  #started = new Map();
  #count = 0;
  #lastNavigation = 0;

  constructor(context, host) {
    this.#hosts = new Set([host]);
    context.on("console", (message) => this.#console(message));
    context.on("weberror", (error) => this.#note(`exception: ${error.error().stack ?? error.error()}`));
    context.on("request", (request) => this.#request(request));
    context.on("requestfailed", (request) => this.#failed(request));
    context.on("response", (response) => this.#response(response));
    context.on("page", (page) => {
      page.on("crash", () => this.#note("the page crashed"));
      page.on("websocket", (socket) => this.#address(socket.url()));
    });
  }

  /** A response with this status is expected from paths that match. */
  expectStatus(status, path) {
    this.#statuses.push({ status, path });
  }

  /** A line on the console that matches is expected. */
  expectConsole(pattern) {
    this.#consoles.push(pattern);
  }

  /** Requests may fail with this error: net::ERR_… */
  expectFailure(pattern) {
    this.#failures.push(pattern);
  }

  /** This host may be asked as well. */
  expectHost(host) {
    this.#hosts.add(host);
  }

  /** What happened and was not announced, each as a line. */
  get problems() {
    // A page that is left, or loaded anew, gives up what it was asking for.
    const wasLeft = ({ request, error }) => error === "net::ERR_ABORTED" && this.#started.get(request) < this.#lastNavigation;
    // A worker ends with its page, whatever it asks for; the browser may tell of that after the next page has begun.
    const wasOfWorker = ({ request, error }) => error === "net::ERR_ABORTED" && OF_WORKERS.test(new URL(request.url()).pathname);
    // A list that is being asked for when the app goes to another page of its own is asked for anew there.
    const wasList = ({ request, error }) => error === "net::ERR_ABORTED" && new URL(request.url()).pathname === "/api/fn/list";
    // What the policy of the page held back did not leave; that it was tried is noted as a failure.
    const wasHeldBack = ({ request, error }) => !error && request?.failure()?.errorText === "csp";
    return this.#problems
      .filter((problem) => !wasLeft(problem) && !wasOfWorker(problem) && !wasList(problem) && !wasHeldBack(problem))
      .map(({ line }) => line);
  }

  #note(line, more = {}) {
    // Where in the WebAssembly it was says nothing: the release has no names.
    const short = line.replaceAll(/\n+( *at .*wasm-function.*|Stack:|Error)(?=\n|$)/g, "").trim();
    this.#problems.push({ line: short, ...more });
  }

  #isExpectedStatus(status, url) {
    const path = new URL(url).pathname;
    return this.#statuses.some((expected) => expected.status === status && expected.path.test(path));
  }

  #console(message) {
    const text = message.text();
    if (!["error", "warning", "assert"].includes(message.type())) return;
    if (this.#consoles.some((pattern) => pattern.test(text))) return;
    const status = /Failed to load resource: the server responded with a status of (\d+)/.exec(text);
    const { url } = message.location();
    // The response itself is noted, or was announced.
    if (status && url && this.#isExpectedStatus(Number(status[1]), url)) return;
    this.#note(`console ${message.type()}: ${text} (${url})`);
  }

  #address(url, request) {
    const { protocol, host } = new URL(url);
    if (["data:", "blob:", "about:"].includes(protocol)) return;
    if (!this.#hosts.has(host)) this.#note(`a request left for elsewhere: ${url}`, { request });
  }

  #request(request) {
    this.#count += 1;
    this.#started.set(request, this.#count);
    if (request.isNavigationRequest()) this.#lastNavigation = this.#count;
    this.#address(request.url(), request);
  }

  #failed(request) {
    const error = request.failure()?.errorText ?? "";
    if (this.#failures.some((pattern) => pattern.test(error))) return;
    this.#note(`failed request: ${request.method()} ${request.url()}: ${error}`, { request, error });
  }

  #response(response) {
    if (response.status() < 400 || this.#isExpectedStatus(response.status(), response.url())) return;
    this.#note(`response ${response.status()}: ${response.request().method()} ${response.url()}`);
  }
}
