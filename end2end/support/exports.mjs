// Exports of any size, made for a test.

/** A conversation of a ChatGPT export with one question and its answer. */
function conversation(number, { title, text, time }) {
  const id = `c-${number}`;
  const message = (role, parent, child, parts) => ({
    id: `${id}-${role}`,
    parent,
    children: child ? [child] : [],
    message: { id: `${id}-${role}`, author: { role }, create_time: time, content: parts, metadata: {} },
  });
  const words = (...parts) => ({ content_type: "text", parts });
  return {
    title,
    create_time: time,
    update_time: time,
    conversation_id: id,
    current_node: `${id}-assistant`,
    mapping: {
      root: { id: "root", message: null, parent: null, children: [`${id}-user`] },
      [`${id}-user`]: message("user", "root", `${id}-assistant`, words(`Question ${number}`)),
      [`${id}-assistant`]: message("assistant", `${id}-user`, undefined, words(text)),
    },
  };
}

/** A ChatGPT export of so many conversations, called `KIND NUMBER`, each with an answer of `bytes` letters. */
export function chatgpt(count, { kind = "Letter", bytes = 20, from = 0 } = {}) {
  const text = "A ship passes the light. ".repeat(Math.ceil(bytes / 25)).slice(0, bytes);
  const one = (_, at) => {
    const number = from + at;
    return JSON.stringify(conversation(number, { title: `${kind} ${number}`, text, time: 1_700_000_000 + number }));
  };
  return Buffer.from(`[${Array.from({ length: count }, one).join(",")}]`);
}

/** A ChatGPT conversation whose question came with these pictures: `[id, width, height]`. */
export function withPictures(pictures) {
  const one = conversation(0, { title: "Pictures of the sea", text: "Two ships.", time: 1_700_000_000 });
  one.mapping["c-0-user"].message.content = {
    content_type: "multimodal_text",
    parts: [
      ...pictures.map((id) => ({ content_type: "image_asset_pointer", asset_pointer: `file-service://${id}`, size_bytes: 100, width: 2, height: 2 })),
      "What is on these pictures?",
    ],
  };
  return JSON.stringify([one]);
}

/** A PNG of one pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A ChatGPT export of one conversation with many turns: `turns` are pairs of question and answer. */
export function longConversation(title, turns) {
  const mapping = { root: { id: "root", message: null, parent: null, children: ["q-0"] } };
  turns.forEach(([question, answer], at) => {
    const put = (id, parent, child, role, text) => {
      const message = { id, author: { role }, create_time: 1_700_000_000 + at, content: { content_type: "text", parts: [text] }, metadata: {} };
      mapping[id] = { id, parent, children: child ? [child] : [], message };
    };
    put(`q-${at}`, at === 0 ? "root" : `a-${at - 1}`, `a-${at}`, "user", question);
    put(`a-${at}`, `q-${at}`, at + 1 < turns.length ? `q-${at + 1}` : undefined, "assistant", answer);
  });
  const time = 1_700_000_000;
  return JSON.stringify([{ title, create_time: time, update_time: time, conversation_id: `long-${title}`, current_node: `a-${turns.length - 1}`, mapping }]);
}
