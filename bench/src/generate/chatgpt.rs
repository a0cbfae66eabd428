use super::{Output, text::Author};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes an export: a list of conversations on one line.
pub fn write(output: &mut Output<impl Write>, author: &mut Author) -> io::Result<u64> {
    output.raw("[")?;
    let mut count = 0;
    while !output.is_full() {
        if count > 0 {
            output.raw(", ")?;
        }
        conversation(output, author)?;
        count += 1;
    }
    output.raw("]")?;
    Ok(count)
}

/// A node of the tree: its id, its parent's place in the list, and its message.
struct Node {
    id: String,
    parent: Option<usize>,
    message: Value,
}

struct Tree {
    nodes: Vec<Node>,
    model: &'static str,
}

fn conversation(output: &mut Output<impl Write>, author: &mut Author) -> io::Result<()> {
    author.begin();
    let model = author.pick(&["gpt-4o", "o3", "gpt-5", "gpt-5-thinking", "gpt-4"]);
    let created = author.seconds();
    let mut tree = Tree { nodes: Vec::new(), model };
    tree.nodes.push(Node { id: author.id(), parent: None, message: Value::Null });
    tree.system(author);
    // Most conversations are short, and a few go on for months.
    let turns = match author.random.u32(0..100) {
        0..60 => author.random.usize(1..6),
        60..95 => author.random.usize(6..25),
        _ => author.random.usize(25..150),
    };
    let mut last = tree.nodes.len() - 1;
    for _ in 0..turns {
        last = tree.turn(author, last);
    }
    let id = author.id();
    let (title, project) = (author.words(4), author.chance(15).then(|| format!("g-p-{}", author.hexadecimal(32))));
    output.raw("{")?;
    output.entry("title", &json!(title))?;
    output.entry("create_time", &json!(created))?;
    output.entry("update_time", &json!(author.seconds()))?;
    output.raw(", \"mapping\": {")?;
    let mut children: Vec<Vec<&str>> = vec![Vec::new(); tree.nodes.len()];
    for node in &tree.nodes {
        if let Some(parent) = node.parent {
            children[parent].push(&node.id);
        }
    }
    for (node, children) in tree.nodes.iter().zip(children) {
        let parent = node.parent.map(|parent| &tree.nodes[parent].id);
        output.entry(
            &node.id,
            &json!({ "id": node.id, "message": node.message, "parent": parent, "children": children }),
        )?;
    }
    output.raw("}, ")?;
    for (key, value) in [
        ("moderation_results", json!([])),
        ("current_node", json!(tree.nodes[last].id)),
        ("plugin_ids", Value::Null),
        ("conversation_id", json!(id)),
        ("conversation_template_id", json!(project)),
        ("gizmo_id", json!(project)),
        ("gizmo_type", json!(project.as_ref().map(|_| "snorlax"))),
        ("is_archived", json!(author.chance(10))),
        ("is_starred", Value::Null),
        ("safe_urls", json!([])),
        ("blocked_urls", json!([])),
        ("default_model_slug", json!(model)),
        ("conversation_origin", Value::Null),
        ("voice", Value::Null),
        ("async_status", Value::Null),
        ("disabled_tool_ids", json!([])),
        ("is_do_not_remember", json!(false)),
        ("memory_scope", json!("global_enabled")),
        ("id", json!(id)),
    ] {
        output.entry(key, &value)?;
    }
    output.raw("}")
}

impl Tree {
    fn add(&mut self, parent: usize, message: Message) -> usize {
        let Message { role, name, created, content, recipient, weight, metadata, id } = message;
        let message = json!({
            "id": id,
            "author": { "role": role, "name": name, "metadata": {} },
            "create_time": created,
            "update_time": null,
            "content": content,
            "status": "finished_successfully",
            "end_turn": (role == "assistant").then_some(recipient == "all"),
            "weight": weight,
            "metadata": metadata,
            "recipient": recipient,
            "channel": null,
        });
        self.nodes.push(Node { id, parent: Some(parent), message });
        self.nodes.len() - 1
    }

    /// The empty system message that nearly all conversations begin with.
    fn system(&mut self, author: &mut Author) {
        let content = json!({ "content_type": "text", "parts": [""] });
        let metadata = json!({ "is_visually_hidden_from_conversation": true });
        let message = Message { weight: 0.0, metadata, created: None, ..Message::new(author, "system", content) };
        self.add(0, message);
    }

    /// A question with what answers it. Gives the last node.
    fn turn(&mut self, author: &mut Author, above: usize) -> usize {
        let mut above = above;
        if author.chance(6) {
            // An edited question: the first form stays, with its answer.
            let question = self.question(author, above);
            self.answers(author, question);
        }
        above = self.question(author, above);
        if author.chance(6) {
            self.answers(author, above);
        }
        self.answers(author, above)
    }

    fn question(&mut self, author: &mut Author, above: usize) -> usize {
        let text = author.question();
        let picture = author.chance(4);
        let content = if picture {
            let pointer = format!("file-service://file-{}", author.hexadecimal(24));
            json!({ "content_type": "multimodal_text", "parts": [
                { "content_type": "image_asset_pointer", "asset_pointer": pointer, "size_bytes": 184_301, "width": 1024, "height": 768,
                  "fovea": null, "metadata": { "dalle": null, "gizmo": null, "generation": null, "sanitized": false } },
                text ] })
        } else {
            json!({ "content_type": "text", "parts": [text] })
        };
        let metadata = json!({
            "selected_github_repos": [], "selected_all_github_repos": false, "serialization_metadata": { "custom_symbol_offsets": [] },
            "request_id": author.id(), "timestamp_": "absolute", "message_source": null,
        });
        let message = Message { metadata, ..Message::new(author, "user", content) };
        self.add(above, message)
    }

    fn answers(&mut self, author: &mut Author, question: usize) -> usize {
        let mut above = question;
        if self.model.contains("thinking") || self.model.starts_with('o') {
            let thoughts: Vec<Value> = (0..author.random.usize(1..5))
                .map(|_| {
                    let (summary, content) = (author.words(4), author.prose(4));
                    json!({ "summary": summary, "content": content, "chunks": [], "finished": true })
                })
                .collect();
            let source = author.id();
            let content = json!({ "content_type": "thoughts", "thoughts": thoughts, "source_analysis_msg_id": source });
            above = self.said(author, above, content, "all", json!({ "reasoning_status": "is_reasoning" }));
            let content = json!({ "content_type": "reasoning_recap", "content": "Thought for 12s" });
            above = self.said(
                author,
                above,
                content,
                "all",
                json!({ "reasoning_status": "reasoning_ended", "finished_duration_sec": 12 }),
            );
        }
        if author.chance(10) {
            let code = author.code();
            let content =
                json!({ "content_type": "code", "language": "unknown", "response_format_name": null, "text": code });
            above = self.said(author, above, content, "python", json!({}));
            let output = author.code();
            let content = json!({ "content_type": "execution_output", "text": output });
            let metadata = json!({ "is_complete": true, "aggregate_result": { "status": "success", "run_id": author.id(),
                "start_time": 1.5, "update_time": 2.5, "code": code, "end_time": 2.5, "final_expression_output": output,
                "in_kernel_exception": null, "system_exception": null, "messages": [], "jupyter_messages": [], "timeout_triggered": null } });
            let message = Message { name: Some("python"), metadata, ..Message::new(author, "tool", content) };
            above = self.add(above, message);
        }
        let mut text = author.answer();
        let mut metadata = json!({});
        if author.chance(12) {
            metadata = cited(author, &mut text);
        }
        self.said(author, above, json!({ "content_type": "text", "parts": [text] }), "all", metadata)
    }

    /// What the model says, with what its messages always carry.
    fn said(
        &mut self,
        author: &mut Author,
        above: usize,
        content: Value,
        recipient: &'static str,
        more: Value,
    ) -> usize {
        let mut metadata = json!({
            "finish_details": { "type": "stop", "stop_tokens": [200_002] },
            "is_complete": true,
            "citations": [],
            "content_references": [],
            "message_type": "next",
            "model_slug": self.model,
            "default_model_slug": "auto",
            "parent_id": self.nodes[above].id,
            "request_id": author.id(),
            "timestamp_": "absolute",
        });
        if let (Value::Object(metadata), Value::Object(more)) = (&mut metadata, more) {
            metadata.extend(more);
        }
        let message = Message { recipient, metadata, ..Message::new(author, "assistant", content) };
        self.add(above, message)
    }
}

struct Message {
    id: String,
    role: &'static str,
    name: Option<&'static str>,
    created: Option<f64>,
    content: Value,
    recipient: &'static str,
    weight: f64,
    metadata: Value,
}

impl Message {
    fn new(author: &mut Author, role: &'static str, content: Value) -> Message {
        let (id, created) = (author.id(), Some(author.seconds()));
        Message { id, role, name: None, created, content, recipient: "all", weight: 1.0, metadata: json!({}) }
    }
}

/// Puts marks into the text and gives the metadata that says what they stand for.
fn cited(author: &mut Author, text: &mut String) -> Value {
    let mut references = Vec::new();
    let mut groups = Vec::new();
    for number in 0..author.random.usize(1..8) {
        text.push_str(&author.prose(2));
        let start = text.chars().count();
        let mark = format!("\u{e200}cite\u{e202}turn0search{number}\u{e201}");
        text.push_str(&mark);
        let (title, url, snippet) = (author.words(6), author.address(), author.prose(3));
        let item = json!({ "title": title, "url": url, "pub_date": 1_730_000_000.0, "snippet": snippet, "attribution": "example.org",
            "supporting_websites": [], "refs": [{ "turn_index": 0, "ref_type": "search", "ref_index": number }], "hue": null });
        references.push(json!({
            "matched_text": mark, "start_idx": start, "end_idx": start + mark.chars().count(), "safe_urls": [url], "refs": [],
            "alt": format!("([{title}]({url}))"), "prompt_text": null, "type": "grouped_webpages", "items": [item],
            "fallback_items": null, "status": "done", "error": null, "style": null,
        }));
        groups.push(json!({ "type": "search_result_group", "domain": "example.org", "entries": [{ "type": "search_result", "url": url,
            "title": title, "snippet": snippet, "ref_id": { "turn_index": 0, "ref_type": "search", "ref_index": number },
            "pub_date": null, "attribution": "example.org" }] }));
    }
    json!({ "content_references": references, "search_result_groups": groups, "safe_urls": [] })
}
