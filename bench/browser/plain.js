// The import as a web application would do it: everything into memory, JSON.parse, and a walk over every conversation. It makes the same of it as our
// importer, as far as this export goes: messages of parts in canonical order, turns, branches; and if it is to compare, a hash of each, and the question
// to the server which are new.
import { unzipSync } from "./fflate.js";

/** How many conversations the server is asked about at once. */
const PIECE = 200;

onmessage = async ({ data: { file, what } }) => {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    postMessage(what === "read" ? { bytes: bytes.length } : await convertAll(bytes, what === "compare"));
  } catch (error) {
    postMessage({ error: String(error) });
  }
};

async function convertAll(bytes, compares) {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const entries = unzipSync(bytes, { filter: (entry) => entry.name.endsWith(".json") });
    bytes = entries["conversations.json"];
  }
  const raw = JSON.parse(new TextDecoder().decode(bytes));
  const keys = [];
  let turns = 0;
  for (const one of raw) {
    const conversation = convert(one);
    turns += outline(conversation).turns;
    if (compares) {
      const { source, source_id } = conversation;
      keys.push({ source, source_id, content_hash: await hash(conversation) });
      if (keys.length === PIECE) await compare(keys.splice(0));
    }
  }
  if (keys.length > 0) await compare(keys);
  return { conversations: raw.length, turns };
}

/** The hash that browsers have, of what would be sent. */
async function hash(conversation) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(conversation)));
  return new Uint8Array(digest).toHex?.() ?? Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function compare(keys) {
  const headers = { "content-type": "application/json" };
  const { novelties } = await (await fetch("/api/fn/import_compare", { method: "POST", headers, body: JSON.stringify({ keys }) })).json();
  if (novelties.length !== keys.length) throw new Error("the server did not answer for each");
}

/** A conversation in the canonical form. */
function convert(raw) {
  const nodes = raw.mapping;
  const children = new Map();
  const roots = [];
  for (const [id, node] of Object.entries(nodes)) {
    if (node.parent && nodes[node.parent]) {
      if (!children.has(node.parent)) children.set(node.parent, []);
      children.get(node.parent).push(id);
    } else {
      roots.push(id);
    }
  }
  const byTime = (a, b) => (nodes[a].message?.create_time ?? Infinity) - (nodes[b].message?.create_time ?? Infinity) || 0;
  const messages = [];
  const stack = roots.sort(byTime).reverse().map((id) => [id, undefined, undefined]);
  while (stack.length > 0) {
    const [id, parent, caller] = stack.pop();
    const { message } = nodes[id];
    const call = message?.author.role === "assistant" && message.recipient !== "all" ? id : message?.author.role === "tool" ? caller : undefined;
    const converted = message && convertMessage(id, parent, message, call);
    if (converted) messages.push(converted);
    const below = (children.get(id) ?? []).sort(byTime);
    for (let at = below.length - 1; at >= 0; at -= 1) stack.push([below[at], converted ? id : parent, call]);
  }
  return {
    source: "chatgpt",
    source_id: raw.conversation_id ?? raw.id,
    title: raw.title,
    created: Math.round(raw.create_time * 1000),
    updated: Math.round(raw.update_time * 1000),
    project: raw.gizmo_id?.startsWith("g-p-") ? `Project ${raw.gizmo_id.slice(4, 12)}` : undefined,
    model: raw.default_model_slug,
    archived: raw.is_archived === true,
    active_leaf: raw.current_node,
    messages,
  };
}

function convertMessage(id, parent, message, call) {
  const { role, name } = message.author;
  const parts = [];
  const text = (text) => {
    if (!text.trim()) return;
    if (role === "assistant" && message.recipient !== "all") parts.push({ type: "tool_call", id: call, name: message.recipient, input: text });
    else if (role === "tool") parts.push({ type: "tool_result", id: call, name, output: text });
    else parts.push({ type: "text", text });
  };
  const { content } = message;
  switch (content.content_type) {
    case "code":
    case "execution_output":
      text(content.text);
      break;
    case "thoughts":
      for (const thought of content.thoughts) parts.push({ type: "reasoning", text: thought.content, summary: thought.summary });
      break;
    case "reasoning_recap":
      parts.push({ type: "reasoning", text: "", summary: content.content });
      break;
    default:
      for (const part of content.parts ?? []) {
        if (typeof part === "string") text(part);
        else if (part.content_type === "image_asset_pointer") parts.push({ type: "image", reference: part.asset_pointer.split("://")[1] });
        else parts.push({ type: "unsupported", kind: part.content_type, text: part.text ?? "" });
      }
  }
  for (const reference of message.metadata.content_references ?? []) cite(parts, reference);
  if (parts.length === 0) return undefined;
  return {
    id,
    parent,
    role,
    created: message.create_time ? Math.round(message.create_time * 1000) : undefined,
    model: role === "assistant" ? message.metadata.model_slug : undefined,
    hidden: message.weight === 0 || message.metadata.is_visually_hidden_from_conversation === true || role === "system",
    parts,
  };
}

/** Makes a link of the mark that stands for a source. */
function cite(parts, { matched_text: mark, items }) {
  const links = (items ?? []).map(({ title, url }) => `[${title.replaceAll(/[\\[\]<>`*_!~&]/g, "\\$&")}](${url})`);
  for (const part of parts) {
    if (part.type === "text") part.text = part.text.replace(mark, links.length > 0 ? ` (${links.join(", ")})` : "");
  }
}

/** What the list of conversations shows. A turn is a question with what follows up to the next; answers to one question are turns of their own. */
function outline({ messages, ...conversation }) {
  const begins = (message) => message.role === "user" && !message.hidden;
  const continued = new Set();
  const followed = new Set();
  for (const message of messages) {
    if (!message.parent) continue;
    followed.add(message.parent);
    if (!begins(message)) continued.add(message.parent);
  }
  const ends = messages.filter((message) => message.role !== "system" && !continued.has(message.id));
  const branches = ends.filter((message) => !followed.has(message.id)).length;
  return { ...conversation, messages: messages.length, turns: ends.length, branches };
}
