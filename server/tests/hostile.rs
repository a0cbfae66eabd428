//! The list of hostile inputs of the browser tests, in every place that takes foreign text: what a browser would make of the pages.

use crate::support::Served;
use aios_model::{Conversation, Message, Part, Role, Source};
use aios_protocol::import::{Begin, SaveBatch};
use html5ever::{ParseOpts, parse_document, tendril::TendrilSink as _};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

const INPUTS: &str = include_str!("../../end2end/fixtures/hostile_inputs.json");

/// Elements that no page of ours has.
const FOREIGN: &[&str] = &[
    "applet",
    "area",
    "audio",
    "base",
    "bgsound",
    "embed",
    "frame",
    "frameset",
    "iframe",
    "image",
    "keygen",
    "map",
    "marquee",
    // Formulas are MathML, but nothing in them may be done or be other markup.
    "annotation-xml",
    "maction",
    "mglyph",
    "object",
    "plaintext",
    "portal",
    "style",
    "template",
    "track",
    "video",
    "xmp",
];

/// Attributes that load or run something.
const RUNNING: &[&str] = &["srcdoc", "srcset", "ping", "background", "poster", "manifest", "formaction", "style"];

/// A conversation in which each place says `input`.
fn conversation(number: usize, input: &str) -> Conversation {
    let text = || Some(input.to_owned());
    let question = vec![
        Part::text(input),
        Part::Attachment { name: input.into(), reference: text(), media_type: text(), size: None, text: text() },
        Part::Image { reference: input.into(), media_type: None, description: text() },
    ];
    let answer = vec![
        Part::Reasoning { text: input.into(), summary: text() },
        Part::ToolCall { id: None, name: input.into(), input: input.into() },
        Part::ToolResult { id: None, name: text(), output: input.into(), error: false },
        Part::Citation { title: text(), url: text(), text: text() },
        Part::Artifact { id: input.into(), title: text(), language: text(), text: input.into() },
        Part::Unsupported { kind: input.into(), text: input.into() },
        Part::Code { language: text(), text: input.into() },
        Part::text(input),
    ];
    Conversation {
        title: text(),
        project: text(),
        model: text(),
        system_prompt: text(),
        messages: vec![
            Message { parts: question, ..Message::text("q", None, Role::User, "") },
            Message { parts: answer, model: text(), ..Message::text("a", Some("q"), Role::Assistant, "") },
        ],
        ..Conversation::new(Source::new("chatgpt"), number.to_string())
    }
}

/// Everything in a page that runs or loads something, or leads where it must not, as lines.
fn harm(page: &str) -> Vec<String> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    let mut lines = Vec::new();
    let mut counts = [0_usize; 2];
    walk(&dom.document, &mut lines, &mut counts);
    // Nothing closed an element that is not its own.
    if counts != [1, 1] {
        lines.push(format!("{counts:?} of body and main"));
    }
    lines
}

fn walk(node: &Handle, lines: &mut Vec<String>, counts: &mut [usize; 2]) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let tag = &*name.local;
        counts[0] += usize::from(tag == "body");
        counts[1] += usize::from(tag == "main");
        if FOREIGN.contains(&tag) {
            lines.push(format!("<{tag}>"));
        }
        let attributes = attrs.borrow();
        let value =
            |name: &str| attributes.iter().find(|attribute| &*attribute.name.local == name).map(|found| &*found.value);
        if tag == "script" && value("nonce").is_none_or(str::is_empty) {
            lines.push("a script without the nonce of the page".to_owned());
        }
        if tag == "meta" && value("http-equiv").is_some() {
            lines.push("<meta http-equiv>".to_owned());
        }
        for attribute in attributes.iter() {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            let is_here = value.starts_with('#') || value.starts_with('/') && !value.starts_with("//");
            let leads_away = ["https://", "http://", "mailto:"].iter().any(|scheme| value.starts_with(scheme));
            let is_harmless = match name {
                "href" if tag == "a" => is_here || leads_away,
                "href" | "src" | "action" | "data" => is_here,
                _ => !name.starts_with("on") && !RUNNING.contains(&name),
            };
            if !is_harmless {
                lines.push(format!("<{tag} {name}={value:?}>"));
            }
        }
    }
    for child in node.children.borrow().iter() {
        walk(child, lines, counts);
    }
}

#[tokio::test]
async fn no_hostile_input_becomes_markup_on_any_page() {
    let inputs: Vec<String> = serde_json::from_str(INPUTS).unwrap();
    assert!(inputs.len() >= 300);
    let served = Served::new();
    let import_id = || "hostile".to_owned();
    served.chat.import_begin(Begin { import_id: import_id(), files: inputs[..50].to_vec() }).await.unwrap();
    let conversations: Vec<_> = inputs.iter().enumerate().map(|(number, input)| conversation(number, input)).collect();
    for conversations in conversations.chunks(50) {
        let batch = SaveBatch { import_id: import_id(), feeds: false, conversations: conversations.to_vec() };
        served.chat.import_save(batch).await.unwrap();
    }
    let query = aios_chat::ListQuery { limit: 1000, ..Default::default() };
    let listed = served.chat.list(query).await.unwrap().conversations;
    assert_eq!(listed.len(), inputs.len(), "each is kept");
    for id in listed.iter().take(20) {
        served.chat.delete(&id.session_id).await.unwrap();
    }
    let mut paths: Vec<String> = listed[20..].iter().map(|line| format!("/c/{}", line.session_id)).collect();
    paths.extend(
        ["/", "/conversations", "/trash", "/archive", "/imports", "/ratings", "/settings", "/search?q=script"]
            .map(str::to_owned),
    );
    for input in inputs.iter().step_by(10) {
        let encoded: String = input.bytes().take(300).map(|byte| format!("%{byte:02X}")).collect();
        paths.push(format!("/search?q={encoded}"));
        paths.push(format!("/search?q=script&in={encoded}"));
        paths.push(format!("/conversations?source={encoded}&project={encoded}"));
    }
    for path in paths {
        let page = served.get(&path, &[("accept", "text/html")]).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert_eq!(harm(&page.body), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn a_page_that_does_harm_is_told() {
    for page in [
        "<main></main><script>x</script>",
        "<main><a href=javascript:x>x</a></main>",
        "<main><img src=//elsewhere.test/x></main>",
        "<main><b onclick=x>x</b></main>",
        "<main><form action=//elsewhere.test></form></main>",
        "<main></main><main></main>",
        "<main><iframe></iframe></main>",
    ] {
        assert_eq!(harm(page).len(), 1, "{page}");
    }
    assert!(harm("<main><a href=https://elsewhere.test/>x</a><script nonce=n></script></main>").is_empty());
}
