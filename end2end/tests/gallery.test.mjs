// Every component in each of its states: it fits its place, axe objects to nothing, and there is a picture of it in end2end/out/gallery.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { objections } from "../support/axe.mjs";
import { scenario } from "../support/scenario.mjs";
import { here } from "../support/server.mjs";

const SIZES = {
  wide: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 360, height: 740 } },
};
// The same component stands there many times.
const MANY_OF_ALL = Object.fromEntries(
  ["duplicate-id-aria", "landmark-unique", "landmark-no-duplicate-main", "landmark-complementary-is-top-level", "heading-order", "page-has-heading-one"]
    .map((rule) => [rule, { enabled: false }]),
);

const folder = path.join(here, "out", "gallery");
mkdirSync(folder, { recursive: true });

for (const [size, options] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    scenario(`all components in all states, ${size} and ${colorScheme}`, { serve: ["--gallery"], colorScheme, ...options }, async ({ page, watch }) => {
      // A script gives lists their lengths in the app; here that stands in the document, where the policy of pages refuses it.
      watch.expectConsole(/^Applying inline style violates/);
      await page.goto("/gallery");
      const cases = page.locator(".gallery-case");
      assert.ok((await cases.count()) > 40, "all cases are there");
      const misfits = await cases.evaluateAll((cases) =>
        cases.flatMap((element) => {
          const name = element.querySelector("h2").textContent;
          const { height } = element.querySelector("h2 + div").getBoundingClientRect();
          const wide = element.scrollWidth > element.clientWidth;
          return [...(height < 8 ? [`${name}: nothing is there`] : []), ...(wide ? [`${name}: wider than its place`] : [])];
        }),
      );
      await page.screenshot({ path: path.join(folder, `${size}-${colorScheme}.png`), fullPage: true });
      assert.deepEqual(misfits, []);
      assert.deepEqual(await objections(page, "gallery", MANY_OF_ALL), []);
    });
  }
}

scenario("there is no gallery where nobody asked for it", {}, async ({ server }) => {
  const answer = await fetch(new URL("/gallery", server.url), { headers: { accept: "text/html" } });
  assert.equal(answer.status, 404);
});
