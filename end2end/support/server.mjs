// The program under test: found, started with a data folder of its own, and stopped.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The folder of the repository's end2end files. */
export const here = path.join(root, "end2end");

/** The release build; AIOS_CHAT_PROGRAM names another one. */
export const program = path.resolve(
  root,
  process.env.AIOS_CHAT_PROGRAM ?? path.join(process.env.CARGO_TARGET_DIR ?? "target", "release", "aios-chat"),
);

/** Throws a sentence if there is no program to test. */
export function requireProgram() {
  if (!existsSync(program)) throw new Error(`There is no ${program}: build it with make build.`);
}

// What the person who runs the tests has set must change nothing in them.
function environment(more = {}) {
  const { PATH, HOME, TMPDIR } = process.env;
  // Tests say who answers and what things are called, whatever runs on this machine.
  const AIOS_CHAT_NO_DISCOVERY = "true", AIOS_CHAT_NO_TITLES = "true";
  return { PATH, HOME, AIOS_CHAT_NO_DISCOVERY, AIOS_CHAT_NO_TITLES, ...(TMPDIR && { TMPDIR }), ...more };
}

/** A fresh data folder. */
export function dataFolder() {
  return mkdtempSync(path.join(tmpdir(), "aios-chat-test-"));
}

/** Runs a command of the program on a data folder and gives what it printed; throws unless it ends with `status`. */
export function command(data, words, status = 0) {
  const run = spawnSync(program, [...words, "--data", data], { encoding: "utf8", env: environment(), maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  if (run.status !== status) throw new Error(`aios-chat ${words.join(" ")} ended with ${run.status}: ${run.stdout}${run.stderr}`);
  return run.stdout;
}

// A script that fails must leave no server behind.
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A server that runs. */
export class Server {
  #child;
  #arguments;
  #errors = "";

  /** Starts it on a free port, and waits until it says where it is. */
  static async start({ data = dataFolder(), options = [] } = {}) {
    requireProgram();
    const server = new Server();
    server.data = data;
    server.#arguments = options;
    await server.#launch("127.0.0.1:0");
    return server;
  }

  async #launch(listen) {
    const started = process.hrtime.bigint();
    const words = ["serve", "--listen", listen, "--data", this.data, ...this.#arguments];
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env: environment() });
    this.#child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stderr.setEncoding("utf8").on("data", (text) => (this.#errors += text));
    this.url = await new Promise((resolve, reject) => {
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text) => {
        output += text;
        const said = /AI OS Chat is at (http:\/\/\S+)\n/.exec(output);
        if (said) resolve(said[1]);
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => reject(new Error(`the server ended with ${code ?? signal}: ${output}${this.#errors}`)));
    });
    /** From the start of the process to its URL line, in milliseconds. */
    this.milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  }

  get host() {
    return new URL(this.url).host;
  }

  get pid() {
    return this.#child.pid;
  }

  /** What it logged. */
  get errors() {
    return this.#errors;
  }

  get #isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #end(signal) {
    if (!this.#isRunning) return;
    const exit = once(this.#child, "exit");
    this.#child.kill(signal);
    await exit;
  }

  /** Asks it to end, and throws unless it does so in order. */
  async stop() {
    await this.#end("SIGTERM");
    if (this.#child.exitCode !== 0) throw new Error(`the server ended with ${this.#child.exitCode ?? this.#child.signalCode}: ${this.#errors}`);
  }

  /** Ends it without asking, as a power cut would. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Holds it still: it does not read, answer or write until `thaw`. */
  freeze() {
    this.#child.kill("SIGSTOP");
  }

  /** Lets it go on. */
  thaw() {
    this.#child.kill("SIGCONT");
  }

  /** Starts it again, with the same data at the same address. */
  async startAgain() {
    await this.#launch(this.host);
  }

  /** Ends it however it is, and removes its data. */
  async discard() {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }
}
