// Runs the browser tests: all of them, or those whose file names contain one of the arguments.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { UNSTEADY } from "./support/unsteady.mjs";
import { requireProgram } from "./support/server.mjs";

try {
  requireProgram();
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
const folder = new URL("tests/", import.meta.url).pathname;
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .map((name) => folder + name);
if (files.length === 0) {
  console.error(`No test file has a name with ${wanted.join(" or ")} in it.`);
  process.exit(2);
}
// One file at a time: a browser and a server keep two cores busy.
const options = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout"];
rmSync(UNSTEADY, { force: true });
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: "inherit" });
if (existsSync(UNSTEADY)) console.log(`\nThese needed a second try. Look into them:\n\n${readFileSync(UNSTEADY, "utf8")}`);
process.exit(status ?? 1);
