// A model server that speaks OpenAI's protocol and says what the test tells it to, when the test tells it to.
import { once } from "node:events";
import http from "node:http";

/** One request for an answer, being answered. */
class Answer {
  constructor(response, request) {
    this.response = response;
    /** The body of the request. */
    this.request = request;
    /** Resolves when the connection is gone. */
    this.closed = once(response, "close");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    this.#event({ role: "assistant", content: "" });
  }

  #event(delta, finish = null) {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const event = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "scripted", choices };
    this.response.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Says a piece of the answer. */
  say(content) {
    this.#event({ content });
  }

  /** Thinks aloud, as models with reasoning do. */
  think(reasoning_content) {
    this.#event({ reasoning_content });
  }

  /** Ends the answer in order. */
  end() {
    this.#event({}, "stop");
    const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
    this.response.write(`data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", choices: [], usage })}\n\n`);
    this.response.end("data: [DONE]\n\n");
  }

  /** Breaks the connection in the middle. */
  breakOff() {
    this.response.destroy();
  }
}

/** The server. */
export class ModelServer {
  #server;
  #arrived = [];
  #waiting = [];

  static async start() {
    const model = new ModelServer();
    model.#server = http.createServer((request, response) => model.#serve(request, response));
    model.#server.listen(0, "127.0.0.1");
    await once(model.#server, "listening");
    // A test that fails before it stops it shall end all the same.
    model.#server.unref();
    return model;
  }

  /** What `--open-ai-url` wants. */
  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/v1`;
  }

  async #serve(request, response) {
    if (request.url === "/v1/models") {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "list", data: [{ id: "scripted", object: "model", created: 0, owned_by: "test" }] }));
      return;
    }
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const answer = new Answer(response, JSON.parse(body));
    const taker = this.#waiting.shift();
    if (taker) taker(answer);
    else this.#arrived.push(answer);
  }

  /** The next request for an answer, in the order of their coming. */
  async asked() {
    return this.#arrived.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
