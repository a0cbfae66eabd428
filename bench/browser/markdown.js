// An answer that comes in pieces, rendered by ours and by marked, each piece as it comes.
import { marked } from "/marked.js";
import init, { stream as begin } from "/markdown/markdown.js";

await init();

const article = document.querySelector("article");

/** Prose, lists, tables, code and formulas, as a model answers. */
function answer(bytes) {
  const section = (number) => `## Part ${number}: what to look at

Here is *what* happens in step ${number}: the **first** ship passes the light, \`on_pass(ship)\` is called, and [the log](https://example.org/log) has a line of it. Nothing else
is touched before the second one comes, which takes about 4.5 minutes at low tide and twice that when the wind is from the north.

1. The signal is seen by both keepers.
2. One of them writes it down:
   - the time, to the minute,
   - the name, *if* there is one.

| Ship | Length | Draught |
|:-----|-------:|--------:|
| Anna | 31 m | 2.1 m |
| Berta | 28 m | 1.9 m |

\`\`\`python
def pass_light(ship, log):
    """Called for each ship, in order."""
    if ship.length > 30:  # a long one
        log.append(f"{ship.name} passed")
    return len(log) * 2
\`\`\`

The length of the shadow is \\(s = h / \\tan \\alpha\\), so for both of them together:

$$
s = \\sum_{i=1}^{2} \\frac{h_i}{\\tan \\alpha_i}
$$

> Whoever sees it first says so.

`;
  let text = "";
  for (let number = 1; text.length < bytes; number += 1) text += section(number);
  return text.slice(0, bytes);
}

const pieces = (text, length) => text.match(new RegExp(`[^]{1,${length}}`, "g"));

const WAYS = {
  /** As the page does it: finished blocks are put in once, the open one takes the place of what was open. */
  ours: (shows) => {
    const stream = begin();
    const open = document.createElement("div");
    if (shows) article.append(open);
    return (piece) => {
      const finished = stream.push(piece);
      for (let at = 0; at < finished; at += 1) {
        const html = stream.finished(at);
        if (!shows) continue;
        const block = document.createElement("div");
        block.innerHTML = html;
        open.before(block);
      }
      const html = stream.open();
      if (html === undefined) {
        const [lines, rest] = [stream.lines(), stream.rest()];
        if (!shows) return;
        const element = open.querySelector(".rest");
        if (lines) {
          element.insertAdjacentHTML("beforebegin", lines);
          element.textContent = "";
        }
        element.append(rest);
      } else if (shows) open.innerHTML = html;
    };
  },
  marked: (shows) => {
    let text = "";
    return (piece) => {
      text += piece;
      const html = marked.parse(text);
      if (shows) article.innerHTML = html;
    };
  },
};

/** Milliseconds for all pieces. */
window.run = (way, { bytes, length, shows }) => {
  article.textContent = "";
  const all = pieces(answer(bytes), length);
  const push = WAYS[way](shows);
  const start = performance.now();
  for (const piece of all) push(piece);
  return { milliseconds: performance.now() - start, pieces: all.length, elements: article.querySelectorAll("*").length };
};

/** The mean cost of a piece among the first and among the last `bytes` of a text, in microseconds: the same section of it, so that the same is done. */
window.ends = (way, { whole, bytes, length, shows }) => {
  article.textContent = "";
  const text = answer(bytes);
  const repeated = text.repeat(Math.ceil(whole / bytes));
  const push = WAYS[way](shows);
  const all = pieces(text, length);
  const timed = () => {
    const start = performance.now();
    for (const piece of all) push(piece);
    return ((performance.now() - start) * 1000) / all.length;
  };
  // What compiles at first has compiled.
  timed();
  const first = timed();
  for (const piece of pieces(repeated.slice(2 * bytes, repeated.length - bytes), 4096)) push(piece);
  return { first, last: timed(), pieces: all.length };
};

window.isReady = true;
