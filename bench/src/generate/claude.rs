use super::{Output, text::Author};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The parent of first messages.
const ROOT: &str = "00000000-0000-4000-8000-000000000000";

/// Writes an export: a list of conversations.
pub fn write(output: &mut Output<impl Write>, author: &mut Author) -> io::Result<u64> {
    output.raw("[")?;
    let account = author.id();
    let mut count = 0;
    while !output.is_full() {
        output.value(&conversation(author, &account))?;
        count += 1;
    }
    output.raw("]")?;
    Ok(count)
}

fn conversation(author: &mut Author, account: &str) -> Value {
    author.begin();
    let created = time(author);
    let mut messages: Vec<Value> = Vec::new();
    // Conversations that were only opened are many.
    let turns = if author.chance(20) { 0 } else { author.random.usize(1..25) };
    let mut parent = ROOT.to_owned();
    for _ in 0..turns {
        let (id, text) = (author.id(), author.question());
        let attachments = if author.chance(10) {
            json!([{ "file_name": "", "file_size": 4000, "file_type": "txt", "extracted_content": author.prose(30) }])
        } else {
            json!([])
        };
        let at = time(author);
        messages.push(json!({ "uuid": id, "text": text, "sender": "human", "created_at": at, "updated_at": at, "parent_message_uuid": parent,
            "content": [text_block(author, &text)], "attachments": attachments, "files": [] }));
        // Some answers are asked for twice.
        for _ in 0..1 + usize::from(author.chance(5)) {
            parent = answer(author, &id, &mut messages);
        }
    }
    let name = if author.chance(15) { String::new() } else { author.words(5) };
    json!({ "uuid": author.id(), "name": name, "summary": "", "created_at": created, "updated_at": time(author),
        "account": { "uuid": account }, "chat_messages": messages })
}

fn answer(author: &mut Author, question: &str, messages: &mut Vec<Value>) -> String {
    let (id, text) = (author.id(), author.answer());
    let mut content = Vec::new();
    if author.chance(30) {
        let thinking = author.prose(8);
        content.push(
            json!({ "start_timestamp": time(author), "stop_timestamp": time(author), "flags": null, "type": "thinking",
            "thinking": thinking, "summaries": [{ "summary": author.words(5) }], "cut_off": false }),
        );
    }
    if author.chance(10) {
        let code = author.code();
        content.push(json!({ "type": "tool_use", "name": "repl", "input": { "code": code }, "message": null, "integration_name": null,
            "integration_icon_url": null, "context": null, "display_content": null, "approval_options": null, "approval_key": null }));
        content.push(json!({ "type": "tool_result", "name": "repl", "content": [{ "type": "text", "text": author.code(), "uuid": author.id() }],
            "is_error": false, "structured_content": null, "meta": null, "message": null, "display_content": null }));
    }
    content.push(text_block(author, &text));
    let at = time(author);
    let poisoned = if content.len() > 1 {
        format!("```\nThis block is not supported on your current device yet.\n```\n\n{text}")
    } else {
        text
    };
    messages.push(json!({ "uuid": id, "text": poisoned, "sender": "assistant", "created_at": at, "updated_at": at,
        "parent_message_uuid": question, "content": content, "attachments": [], "files": [] }));
    id
}

fn text_block(author: &mut Author, text: &str) -> Value {
    json!({ "start_timestamp": time(author), "stop_timestamp": time(author), "flags": null, "type": "text", "text": text, "citations": [] })
}

fn time(author: &mut Author) -> String {
    super::text::date_time(author.time())
}
