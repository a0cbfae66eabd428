// A test in the browser.
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { closeBrowser } from "./browser.mjs";
import { ModelServer } from "./model_server.mjs";
import { PATIENCE, Scene } from "./scene.mjs";
import { Server, command, dataFolder, here } from "./server.mjs";
import { UNSTEADY } from "./unsteady.mjs";

export { fixture, until } from "./scene.mjs";

after(closeBrowser);

/**
 * A test. `options` are those of the browser context, and:
 * - `files`: imported by the command line before the server starts;
 * - `serve`: further words for the server's command line, or a function that gives them;
 * - `skip`: why it cannot run.
 *
 * One that fails gets a second try with a server and a browser context of its own, because a real browser on a busy machine is not a clock.
 * What it failed with the first time is noted, and the run ends with it: it is to be looked into.
 */
export function scenario(name, { skip, ...options }, body) {
  test(name, { skip, timeout: 20 * PATIENCE }, async () => {
    try {
      await play(name, options, body);
    } catch (error) {
      mkdirSync(path.dirname(UNSTEADY), { recursive: true });
      appendFileSync(UNSTEADY, `${name}\n${error.message}\n${error.stack}\n\n`);
      await play(name, options, body);
    }
  });
}

async function play(name, { files = [], serve = [], ...context }, body) {
  const data = dataFolder();
  if (files.length > 0) command(data, ["import", ...files]);
  const server = await Server.start({ data, options: typeof serve === "function" ? await serve() : serve });
  let scene;
  try {
    scene = await Scene.open({ server, ...context });
    await body(scene);
    assert.deepEqual(scene.watch.problems, [], "problems on the page");
    await scene.context.close();
    scene = undefined;
    await server.stop();
    assert.doesNotMatch(server.errors, /panicked| ERROR /, "what the server logged");
  } catch (error) {
    await keepPicture(name, scene);
    const problems = scene?.watch.problems ?? [];
    if (problems.length > 0 && !error.message.startsWith("problems on the page")) error.message += `\nOn the page: ${problems.join("\n")}`;
    if (server.errors) error.message += `\nThe server logged: ${server.errors}`;
    throw error;
  } finally {
    await scene?.context.close();
    await server.discard();
  }
}

/** What the page looked like when the test failed: end2end/out/failures. */
async function keepPicture(name, scene) {
  const folder = path.join(here, "out", "failures");
  const file = path.join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  // The failure of the test is what matters.
  await scene?.page.screenshot({ path: file, timeout: 5000 }).catch(() => {});
}

/** A scenario whose server asks a model server that the test scripts. */
export function scripted(name, body) {
  let model;
  const serve = async () => {
    model = await ModelServer.start();
    return ["--open-ai-url", model.url];
  };
  scenario(name, { serve }, async (scene) => {
    try {
      await body(scene, model);
    } finally {
      await model.stop();
    }
  });
}
