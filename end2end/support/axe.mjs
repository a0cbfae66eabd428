// What axe-core objects to.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe objects to on the page as it is, each as a line. `rules` are options of single rules, as axe takes them. */
export async function objections(page, view, rules = {}) {
  // Past the policy of the page, which lets no test's script in either.
  await page.evaluate(axe);
  const options = { resultTypes: ["violations"], rules };
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
      return `${view}: ${id} (${impact}): ${help}: ${target.join(" ")}: ${why}`;
    }),
  );
}
