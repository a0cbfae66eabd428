import init, { hydrate } from SCRIPT;
const words = TEXTS;
await new Promise((go) => (document.hidden ? go() : requestAnimationFrame(() => setTimeout(go))));
for (const href of PARTS) {
  const link = { rel: "preload", as: "fetch", crossOrigin: "anonymous", type: "application/wasm", href };
  document.head.append(Object.assign(document.createElement("link"), link));
}
// Without its texts the page stays as it was rendered: its links and forms work.
const texts = words && fetch(words).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
await init({ module_or_path: WASM });
await hydrate(await texts);
