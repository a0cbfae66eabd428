// A relay as it is usually written on Node.js, to compare with: a question comes on a websocket, the model server is asked, and each piece of its
// answer goes out as a numbered event. It keeps no log, stores nothing and checks nothing.
//
//   node relay.mjs MODEL_SERVER_PORT
import http from "node:http";
import { WebSocketServer } from "ws";

const port = Number(process.argv[2]);
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => console.log(`at http://127.0.0.1:${server.address().port}`));
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const { client_id, text } = JSON.parse(data);
    const tell = (message) => socket.send(JSON.stringify(message));
    tell({ type: "accepted", client_id, session_id: client_id, turn_id: 1, timestamp: 0, text });
    const headers = { "content-type": "application/json" };
    const request = http.request({ agent, port, host: "127.0.0.1", path: "/v1/chat/completions", method: "POST", headers });
    request.on("response", (response) => {
      let rest = "";
      let sequence = 0;
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
          const delta = JSON.parse(line.slice(6)).choices[0].delta.content;
          if (!delta) continue;
          sequence += 1;
          tell({ type: "event", session_id: client_id, turn_id: 1, sequence, event: { kind: "text", delta } });
        }
      });
      response.on("end", () => tell({ type: "end", session_id: client_id, turn_id: 1, status: "complete", sequence }));
    });
    request.end(JSON.stringify({ model: "scripted", messages: [{ role: "user", content: text }], stream: true }));
  });
});
