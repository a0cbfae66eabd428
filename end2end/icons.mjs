// Draws the icons of the installed app from public/icon.svg, and makes its screenshots from those of end2end/screenshots.mjs.
//
//   node end2end/icons.mjs
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { browser, closeBrowser } from "./support/browser.mjs";
import { here } from "./support/server.mjs";

const folder = path.join(here, "..", "public");
const svg = readFileSync(path.join(folder, "icon.svg"), "utf8");
// The system cuts a maskable icon into a shape of its own: the ground goes to the edges, and the strokes are inside the middle four fifths as they are.
const maskable = svg.replace(' rx="112"', "");

const page = await (await browser()).newPage();

/** Draws an image of that size in the browser. */
async function draw(source, width, height, type) {
  await page.setContent(`<canvas width="${width}" height="${height}"></canvas>`);
  const address = await page.evaluate(
    async ([source, width, height, type]) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.querySelector("canvas");
      canvas.getContext("2d").drawImage(image, 0, 0, width, height);
      return canvas.toDataURL(type, 0.8);
    },
    [source, width, height, type],
  );
  return Buffer.from(address.split(",")[1], "base64");
}

const asAddress = (type, bytes) => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
const screenshot = (name) => asAddress("image/png", readFileSync(path.join(here, "out", "screenshots", `${name}.png`)));
for (const [name, source, width, height, type] of [
  ["192.png", asAddress("image/svg+xml", svg), 192, 192, "image/png"],
  ["512.png", asAddress("image/svg+xml", svg), 512, 512, "image/png"],
  ["maskable.png", asAddress("image/svg+xml", maskable), 512, 512, "image/png"],
  ["wide.webp", screenshot("library-wide-light"), 1280, 800, "image/webp"],
  ["narrow.webp", screenshot("conversation-narrow-light"), 780, 1688, "image/webp"],
]) {
  writeFileSync(path.join(folder, "icons", name), await draw(source, width, height, type));
}
await closeBrowser();
