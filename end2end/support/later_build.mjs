// A server with two builds: what it says, and the same said by a build whose page has another script and whose service worker another list.
import { readFileSync } from "node:fs";
import http from "node:http";

const LATER = "0000000000000000";

/** Stands before a server, under an address of its own, until the test ends. */
export class Front {
  /** The later build is served. */
  isLater = false;
  /** The service worker of no build is served, as with --no-offline. */
  isKeptByNobody = false;
  /** Pages are held back until it is asked whether the server is there. */
  isSlow = false;
  #held = [];
  #listener;
  #behind;

  static async start() {
    const front = new Front();
    front.#listener = http.createServer((request, response) => front.#answer(request, response));
    front.#listener.on("upgrade", (request, socket, head) => front.#join(request, socket, head));
    await new Promise((resolve) => front.#listener.listen(0, "127.0.0.1", resolve));
    front.host = `127.0.0.1:${front.#listener.address().port}`;
    front.url = `http://${front.host}`;
    return front;
  }

  /** Stands before this one. It has to be told that it is also called `host`. */
  before(server) {
    this.#behind = new URL(server.url);
  }

  stop() {
    this.#listener.closeAllConnections();
    this.#listener.close();
  }

  #ask(request, path, headers) {
    const { hostname, port } = this.#behind;
    return http.request({ hostname, port, path, method: request.method, headers });
  }

  async #answer(request, response) {
    if (this.isSlow && request.headers.accept?.includes("text/html")) await new Promise((letGo) => this.#held.push(letGo));
    if (request.url === "/health") {
      this.isSlow = false;
      this.#held.splice(0).forEach((letGo) => letGo());
    }
    // What is changed must be readable.
    const { "accept-encoding": _, "if-none-match": __, ...headers } = request.headers;
    const path = request.url.replace(LATER, this.hash ?? LATER);
    const asked = this.#ask(request, path, headers);
    asked.on("error", () => response.destroy());
    asked.on("response", async (answer) => {
      const isText = answer.headers["content-type"]?.startsWith("text/html") || path === "/service-worker.js";
      if (!isText) return answer.pipe(response.writeHead(answer.statusCode, answer.headers));
      const pieces = [];
      for await (const piece of answer) pieces.push(piece);
      let text = Buffer.concat(pieces).toString();
      this.hash ??= /\/pkg\/aios-chat\.([0-9a-f]{16})\.js/.exec(text)?.[1];
      if (this.isKeptByNobody && path === "/service-worker.js") text = readFileSync(new URL("../../public/service-worker.js", import.meta.url), "utf8");
      if (this.isLater) text = text.replaceAll(`/pkg/aios-chat.${this.hash}.js`, `/pkg/aios-chat.${LATER}.js`).replace(/"version":"[0-9a-f]{16}"/, `"version":"${LATER}"`);
      const { "content-length": ___, "transfer-encoding": ____, etag, ...others } = answer.headers;
      response.writeHead(answer.statusCode, others).end(text);
    });
    request.pipe(asked);
  }

  #join(request, socket, head) {
    const asked = this.#ask(request, request.url, request.headers);
    asked.on("error", () => socket.destroy());
    asked.on("upgrade", (answer, other, theirs) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      socket.write(theirs);
      other.write(head);
      socket.pipe(other).pipe(socket);
      socket.on("error", () => other.destroy());
      other.on("error", () => socket.destroy());
    });
    asked.end();
  }
}
