//! A conversation as one HTML file: its style inside, no script, pictures in it, nothing loaded from anywhere.

use super::page::{Entry, Page, moment};
use aios_markdown::Options;
use aios_model::Part;

/// Nothing may be loaded or run, whatever a browser finds in the file.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("page.css");

/// What is in the file for a reference.
pub(super) enum Picture {
    /// The bytes, as an address of the scheme `data:`.
    Inside(String),
    /// Why they are not in it, as a sentence.
    LeftOut(String),
}

/// The file. `picture` gives what is known of a reference.
pub(super) fn html<'p>(page: &Page<'_>, picture: &dyn Fn(&str) -> Option<&'p Picture>) -> String {
    let title = escape(&page.title);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1 dir=\"auto\">{title}</h1>\n<dl class=\"facts\">\n"
    );
    for (name, value) in page.facts() {
        html.push_str(&format!("<dt>{name}</dt><dd dir=\"auto\">{}</dd>\n", escape(&value)));
    }
    html.push_str("</dl>\n");
    if let Some(prompt) = &page.conversation.system_prompt {
        html.push_str(&folded("Instructions", &prose(prompt, "instructions-")));
    }
    for entry in &page.entries {
        write_entry(&mut html, entry, picture);
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn write_entry<'p>(html: &mut String, entry: &Entry<'_>, picture: &dyn Fn(&str) -> Option<&'p Picture>) {
    let number = entry.number;
    if let Some(detour) = entry.detour() {
        html.push_str(&format!("<p class=\"detour\">{}</p>\n", escape(&detour)));
    }
    html.push_str(&format!("<article class=\"turn\" id=\"turn-{number}\">\n"));
    let mut question = entry.question().enumerate().peekable();
    if question.peek().is_some() {
        let time = entry.created().map(|time| format!(" · {}", moment(time))).unwrap_or_default();
        html.push_str(&format!("<div class=\"question\">\n<h2>You{time}</h2>\n"));
        question.for_each(|(at, part)| write_part(html, part, &format!("q{number}-{at}-"), picture));
        html.push_str("</div>\n");
    }
    let mut answer = entry.answer().enumerate().peekable();
    if answer.peek().is_some() {
        html.push_str(&format!("<div class=\"answer\">\n<h2>{}</h2>\n", escape(&entry.answerer())));
        answer.for_each(|(at, part)| write_part(html, part, &format!("a{number}-{at}-"), picture));
        html.push_str("</div>\n");
    }
    if let Some(verdict) = entry.verdict() {
        html.push_str(&format!("<p class=\"verdict\" dir=\"auto\">{}</p>\n", escape(&verdict)));
    }
    html.push_str("</article>\n");
}

fn write_part<'p>(html: &mut String, part: &Part, prefix: &str, picture: &dyn Fn(&str) -> Option<&'p Picture>) {
    let piece = match part {
        Part::Text { text } => prose(text, prefix),
        Part::Code { text, .. } => format!("{}\n", code(text)),
        Part::Reasoning { text, summary } => folded(summary.as_deref().unwrap_or("Thought"), &prose(text, prefix)),
        Part::ToolCall { name, input, .. } => folded(&format!("Tool: {name}"), &code(input)),
        Part::ToolResult { output, error, .. } => folded(if *error { "Failed" } else { "Result" }, &code(output)),
        Part::Image { reference, description, .. } => {
            figure(description.as_deref().unwrap_or("Picture"), picture(reference))
        }
        Part::Attachment { name, reference, text, .. } => match reference.as_deref().and_then(picture) {
            shown @ Some(Picture::Inside(_)) => figure(name, shown),
            left_out => {
                let note = match left_out {
                    Some(Picture::LeftOut(reason)) => format!("{name}: {reason}"),
                    _ => name.clone(),
                };
                let words = text.as_deref().map(code).unwrap_or_default();
                folded(&format!("File: {note}"), &words)
            }
        },
        Part::Citation { title, url, text } => {
            let title = title.as_deref().or(url.as_deref()).unwrap_or("Source");
            // An address from outside becomes a link only as markdown makes one, from the schemes that it knows.
            let address = url.as_deref().map(|url| prose(url, prefix)).unwrap_or_default();
            let words = text.as_deref().map(|text| prose(text, prefix)).unwrap_or_default();
            folded(title, &format!("{address}{words}"))
        }
        Part::Artifact { title, language, text, .. } => {
            let title = title.as_deref().or(language.as_deref()).unwrap_or("Document");
            folded(&format!("Document: {title}"), &code(text))
        }
        Part::Unsupported { kind, text } => folded(&format!("Not shown here: {kind}"), &code(text)),
    };
    html.push_str(&piece);
}

fn prose(text: &str, prefix: &str) -> String {
    let options = Options { id_prefix: prefix.to_owned(), ..Options::default() };
    format!("<div class=\"prose\" dir=\"auto\">\n{}\n</div>\n", aios_markdown::blocks(text, options).concat())
}

fn code(text: &str) -> String {
    format!("<pre dir=\"auto\"><code>{}</code></pre>", escape(text))
}

/// Open, so that it is printed too.
fn folded(summary: &str, content: &str) -> String {
    let summary = escape(&crate::text::one_line(summary, 300));
    if content.is_empty() {
        return format!("<p class=\"note\" dir=\"auto\">{summary}</p>\n");
    }
    format!("<details open>\n<summary dir=\"auto\">{summary}</summary>\n{content}</details>\n")
}

fn figure(name: &str, picture: Option<&Picture>) -> String {
    let name = escape(&crate::text::one_line(name, 300));
    match picture {
        Some(Picture::Inside(address)) => {
            format!(
                "<figure><img src=\"{address}\" alt=\"{name}\"><figcaption dir=\"auto\">{name}</figcaption></figure>\n"
            )
        }
        Some(Picture::LeftOut(reason)) => format!("<p class=\"note\" dir=\"auto\">{name}: {}</p>\n", escape(reason)),
        None => format!("<p class=\"note\" dir=\"auto\">{name}: it did not come with the export.</p>\n"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
