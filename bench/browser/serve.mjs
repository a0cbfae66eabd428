// A server of files. Asked how conversations compare with the history, it says that all are new, or does not answer, as it was told.
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { text } from "node:stream/consumers";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves folders and files under the given paths on a free port of this machine. */
export async function serve(places) {
  const prefixes = Object.keys(places).sort((a, b) => b.length - a.length);
  const served = { compares: false };
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (served.compares && request.method === "POST" && pathname === "/api/fn/import_compare") {
      const { keys } = JSON.parse(await text(request));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ novelties: keys.map(() => "new") }));
      return;
    }
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
  return Object.assign(served, { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() });
}
