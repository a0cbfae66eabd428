// A server of files, and of nothing else: questions of the worker find no answer.
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves folders and files under the given paths on a free port of this machine. */
export async function serve(places) {
  const prefixes = Object.keys(places).sort((a, b) => b.length - a.length);
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const prefix = prefixes.find((prefix) => pathname.startsWith(prefix));
    const file = pathname === prefix ? places[prefix] : path.join(places[prefix], path.normalize(pathname.slice(prefix.length)));
    const type = TYPES[path.extname(file)];
    if (request.method !== "GET" || !type || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": type }).end(readFileSync(file));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
