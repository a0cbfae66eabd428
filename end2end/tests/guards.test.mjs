// What text from outside and other sites cannot do.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { rows, totals } from "../support/database.mjs";
import { fixture, scenario } from "../support/scenario.mjs";

const HOSTILE_TITLE = "</title><script>window.ran='title'</script> \"><img src=x onerror=window.ran='name'>";

scenario("a hostile export is text from the preview to the page, and runs nothing", {}, async (scene) => {
  const { page, modal, lines } = scene;
  const ran = () => page.evaluate(() => window.ran);
  await scene.visit("/");
  await scene.openImport();
  await scene.choose(fixture("hostile.json"));
  await modal.locator(".lines .name").waitFor();
  assert.equal(await modal.locator(".lines .name").innerText(), HOSTILE_TITLE);
  await scene.store();
  await modal.getByRole("button", { name: "Done" }).click();
  await lines.first().waitFor();
  assert.equal(await lines.first().locator(".name").innerText(), HOSTILE_TITLE);
  await lines.first().click();
  await page.waitForURL(/\/c\//);

  // Made in the browser, then made on the server.
  for (const made of ["in the browser", "on the server"]) {
    if (made === "on the server") await scene.reload();
    const turn = page.locator("article.turn").first();
    await turn.waitFor();
    await page.waitForFunction((title) => document.title === title, `${HOSTILE_TITLE} · AI OS Chat`);
    assert.equal(await page.getByLabel("Title").inputValue(), HOSTILE_TITLE);
    assert.match(await turn.locator(".question").innerText(), /Please <b>run<\/b> <script>window\.ran='question'<\/script> this/);
    const answer = await turn.locator(".answer").innerText();
    for (const words of ["window.ran='heading'", "onerror=", "window.ran='end'", "window.ran='code'", "The last words are still here."]) {
      assert.ok(answer.includes(words), `${made}: ${words} is shown as text`);
    }
    const markup = await page.locator(".turns").evaluate((turns) => ({
      elements: turns.querySelectorAll("script, iframe, img, style, object, embed, form:not([action='/api/fn/turn']), meta, base, link").length,
      handlers: [...turns.querySelectorAll("*")].flatMap((element) => element.getAttributeNames()).filter((name) => /^on|ping|srcset/.test(name)),
      addresses: [...turns.querySelectorAll("a[href]")].map((link) => link.href).filter((href) => !/^https?:/.test(href)),
    }));
    assert.deepEqual(markup, { elements: 0, handlers: [], addresses: [] }, made);
    assert.equal(await ran(), undefined, made);
    for (const blocked of await turn.locator(".link-blocked").all()) await blocked.click();
    assert.equal(await ran(), undefined, `${made}, after clicks`);
  }

  const { pathname } = new URL(page.url());
  for (const address of [pathname, "/", "/search?q=still", `/search?q=${encodeURIComponent(HOSTILE_TITLE)}`]) {
    assert.doesNotMatch(await scene.html(address), /<script>window|<img|<iframe|<svg onload/, `the HTML of ${address}`);
  }

  await page.goto("/search?q=still");
  await page.locator("mark").first().waitFor();
  assert.equal(await ran(), undefined, "on the search page");
});

scenario("the policy of a page lets no script in that the server did not write", { files: [fixture("claude.json")] }, async (scene) => {
  const { page, watch } = scene;
  // Nor does the page get its websocket: what a test writes comes from nowhere, and may not reach this machine.
  watch.expectConsole(/Content Security Policy|WebSocket/);
  // What the policy keeps from leaving counts as a failed request.
  watch.expectFailure(/csp/);
  const response = await page.goto("/");
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'nonce-[^']{16,}' 'strict-dynamic' 'wasm-unsafe-eval'/);
  for (const lock of ["object-src 'none'", "frame-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
    assert.ok(policy.includes(lock), lock);
  }
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
  const again = await page.goto("/");
  assert.notEqual(again.headers()["content-security-policy"], policy, "each response has a nonce of its own");
  assert.equal(again.headers()["x-content-type-options"], "nosniff");

  // If markup got through after all: a page with some of an attacker's in it, under the policy that it was sent with.
  await page.route("/?attacked", async (route) => {
    const sent = await route.fetch();
    const markup = `<script>window.ran = "inline"</script><script nonce="guessed">window.ran = "guessed"</script>
      <script src="http://elsewhere.test/script.js"></script><link rel="stylesheet" href="http://elsewhere.test/style.css">
      <base href="http://elsewhere.test/">`;
    await route.fulfill({ response: sent, body: (await sent.text()).replace("</head>", `${markup}</head>`) });
  });
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(event.effectiveDirective));
  });
  await page.goto("/?attacked");
  await page.evaluate(() => {
    const inserted = document.body.appendChild(document.createElement("div"));
    inserted.innerHTML = `<img src="http://elsewhere.test/picture.png"><iframe src="/"></iframe><button onclick="window.ran = 'handler'"></button>
      <a href="javascript:window.ran = 'link'"></a><object data="/"></object><p style="color: red"></p>`;
    inserted.querySelector("button").click();
    inserted.querySelector("a").click();
    // Not eval itself: what the test's own connection evaluates may do that.
    setTimeout("window.ran = 'eval'");
    fetch("http://elsewhere.test/").catch(() => {});
  });
  const kinds = ["script-src-elem", "style-src-elem", "base-uri", "img-src", "frame-src", "script-src-attr", "object-src", "script-src", "connect-src"];
  await page.waitForFunction((kinds) => kinds.every((kind) => window.violations.includes(kind)), kinds);
  assert.equal(await page.evaluate(() => window.ran), undefined);
});

scenario("every script of a page carries the nonce of its policy", { files: [fixture("chatgpt.json")] }, async (scene) => {
  const [{ id }] = rows(scene.data, "SELECT session_id AS id FROM convos LIMIT 1");
  for (const path of ["/", "/new", `/c/${id}`, "/search?q=bread"]) {
    const response = await fetch(new URL(path, scene.server.url), { headers: { accept: "text/html" } });
    const [, nonce] = /'nonce-([^']+)'/.exec(response.headers.get("content-security-policy"));
    const scripts = (await response.text()).match(/<script\b[^>]*>/g);
    assert.ok(scripts.length > 0, path);
    for (const script of scripts) assert.ok(script.includes(`nonce="${nonce}"`), `${path}: ${script}`);
  }
});

scenario("a page of another site can neither change nor read anything", { files: [fixture("claude.json")] }, async (scene) => {
  const { page, watch, server, data } = scene;
  const [{ id }] = rows(data, "SELECT session_id AS id FROM convos");
  const before = totals(data);
  const attacker = http.createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<title>Another site</title>"));
  attacker.listen(0, "127.0.0.1");
  await once(attacker, "listening");
  const origin = `http://127.0.0.1:${attacker.address().port}`;
  watch.expectHost(new URL(origin).host);
  watch.expectStatus(403, /^\/(api\/fn\/|ws)/);
  watch.expectConsole(/CORS|WebSocket connection to|ERR_FAILED|ERR_BLOCKED/);
  watch.expectFailure(/ERR_FAILED|ERR_BLOCKED|ERR_ABORTED/);
  try {
    await page.goto(origin);
    const got = await page.evaluate(
      async ({ url, id }) => {
        const form = (endpoint, fields) =>
          fetch(`${url}/api/fn/${endpoint}`, { method: "POST", mode: "no-cors", body: new URLSearchParams(fields) }).then(
            (response) => response.type,
            () => "refused",
          );
        const socket = new Promise((resolve) => {
          const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, "aios-chat.v1");
          socket.onopen = () => resolve("open");
          socket.onclose = () => resolve("refused");
        });
        const read = fetch(`${url}/c/${id}`).then(
          () => "read",
          () => "refused",
        );
        await Promise.all([form("delete", { session_id: id }), form("rename", { session_id: id, name: "Taken" }), form("mode", { mode: "demo" })]);
        return { socket: await socket, read: await read };
      },
      { url: server.url, id },
    );
    assert.deepEqual(got, { socket: "refused", read: "refused" });

    // A form that takes the reader along is a navigation, which no-cors does not cover.
    await page.goto(origin);
    await page.evaluate(
      ({ url, id }) => {
        document.body.innerHTML = `<form method="post" action="${url}/api/fn/delete"><input name="session_id" value="${id}"></form>`;
      },
      { url: server.url, id },
    );
    const [answer] = await Promise.all([page.waitForResponse(/api\/fn\/delete/), page.evaluate(() => document.forms[0].submit())]);
    assert.equal(answer.status(), 403);
    await page.waitForURL(/api\/fn\/delete/);
    assert.deepEqual(totals(data), before);
    assert.deepEqual(rows(data, "SELECT name FROM convos"), [{ name: "A leak under the sink" }]);
    await page.goto("/");
    await page.getByRole("heading", { name: "Library" }).waitFor();
  } finally {
    attacker.close();
  }
});

scenario("a name that the server was not told of gets no answer", {}, async ({ server }) => {
  const status = await new Promise((resolve, reject) => {
    const request = http.get(server.url, { headers: { host: "rebound.test" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject);
  });
  assert.ok(status >= 400 && status < 500, `status ${status}`);
});
