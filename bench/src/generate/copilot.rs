use super::{Output, text::Author};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes one session as VS Code stores it: a single conversation, however large.
pub fn write(output: &mut Output<impl Write>, author: &mut Author) -> io::Result<u64> {
    author.begin();
    let (id, created, title) = (author.id(), author.time(), author.words(5));
    output.raw("{")?;
    output.entry("version", &json!(3))?;
    output.entry("responderUsername", &json!("GitHub Copilot"))?;
    output.entry("requesterUsername", &json!("ada"))?;
    output.entry("sessionId", &json!(id))?;
    output.entry("creationDate", &json!(created))?;
    output.entry("customTitle", &json!(title))?;
    output.entry("initialLocation", &json!("panel"))?;
    output.raw(", \"requests\": [")?;
    while !output.is_full() {
        author.begin();
        output.value(&request(author))?;
    }
    output.raw("], ")?;
    output.entry("lastMessageDate", &json!(author.time()))?;
    output.raw("}")?;
    Ok(1)
}

fn request(author: &mut Author) -> Value {
    let text = author.question();
    let mut response = Vec::new();
    for _ in 0..author.random.usize(1..5) {
        response.push(
            json!({ "value": author.prose(2), "supportThemeIcons": false, "supportHtml": false, "isTrusted": false }),
        );
        match author.random.u32(0..4) {
            0 => response.push(json!({ "kind": "inlineReference", "inlineReference": uri(author) })),
            1 => response.push(json!({ "kind": "toolInvocationSerialized", "invocationMessage": { "value": "Reading [](file:///src/main.rs)" },
                "pastTenseMessage": { "value": "Read [](file:///src/main.rs)" }, "isConfirmed": true, "isComplete": true,
                "toolCallId": author.id(), "toolId": "copilot_readFile" })),
            2 => {
                let code = author.code();
                response.push(json!({ "kind": "textEditGroup", "uri": uri(author), "done": true, "edits": [[{ "text": code,
                    "range": { "startLineNumber": 1, "startColumn": 1, "endLineNumber": 9, "endColumn": 1 } }]] }));
            }
            _ => response.push(json!({ "value": author.answer(), "supportThemeIcons": false, "supportHtml": false })),
        }
    }
    let code = author.code();
    json!({
        "requestId": format!("request_{}", author.id()),
        "message": { "text": text, "parts": [{ "kind": "text", "text": text, "range": { "start": 0, "endExclusive": text.len() },
            "editorRange": { "startLineNumber": 1, "startColumn": 1, "endLineNumber": 1, "endColumn": 40 } }] },
        "variableData": { "variables": [{ "kind": "file", "id": "file-1", "name": "main.rs", "value": uri(author) }] },
        "response": response,
        "agent": { "id": "github.copilot.default", "name": "agent", "extensionId": { "value": "GitHub.copilot-chat" } },
        "timestamp": author.time(),
        "modelId": "copilot/gpt-4.1",
        "responseId": format!("response_{}", author.id()),
        "result": { "timings": { "firstProgress": 900, "totalElapsed": 5200 }, "details": "GPT-4.1 • 1x",
            "metadata": { "codeBlocks": [{ "code": code, "language": "rust" }], "toolCallRounds": [], "toolCallResults": {} } },
        "followups": [], "contentReferences": [], "codeCitations": [],
        "modelState": { "value": 1 },
        "vote": author.chance(5).then_some(1),
    })
}

fn uri(author: &mut Author) -> Value {
    let path = format!("/home/ada/project/src/{}.rs", author.hexadecimal(6));
    json!({ "$mid": 1, "fsPath": path, "external": format!("file://{path}"), "path": path, "scheme": "file" })
}
