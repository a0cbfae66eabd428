import init, { hydrate } from SCRIPT;
await new Promise((go) => (document.hidden ? go() : requestAnimationFrame(() => setTimeout(go))));
for (const href of PARTS) {
  const link = { rel: "preload", as: "fetch", crossOrigin: "anonymous", type: "application/wasm", href };
  document.head.append(Object.assign(document.createElement("link"), link));
}
await init({ module_or_path: WASM });
await hydrate();
