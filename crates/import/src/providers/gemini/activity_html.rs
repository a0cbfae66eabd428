//! The activity as a page: `MyActivity.html`, what Takeout makes if nobody asks for JSON. It is one line; each row is an outer cell.
//!
//! ```text
//! <div class="outer-cell …"><div class="mdl-grid">
//!   <div class="header-cell …"><p class="mdl-typography--title">Gemini Apps<br></p></div>
//!   <div class="content-cell … mdl-typography--body-1">Prompted&nbsp;PROMPT, lines between <br><br>
//!       Attached 1 file.<br>- <a href="note.txt">note.txt</a><br>Jul 20, 2026, 9:00:00 AM PDT<br><p>answer…</p></div>
//!   <div class="content-cell … mdl-typography--body-1 mdl-typography--text-right"></div>
//!   <div class="content-cell … mdl-typography--caption"><b>Products:</b><br>&emsp;Gemini Apps<br><b>Details:</b><br>…</div></div></div>
//! ```

use super::{
    dates::{self, Moment},
    html::{self, Tag, Token, Tokens},
    row::{self, Pieces, Row},
    verbs,
};

/// What each row begins with.
pub(super) const ROW: &[u8] = b"<div class=\"outer-cell";

/// Whether a page begins like this. Its styles may be longer than what is looked at, so its beginning has to tell: no other page has its title
/// in the very first line and styles right behind it, or the names of these cells.
pub(super) fn is_page(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if !head.starts_with('<') {
        return false;
    }
    if ["outer-cell", "mdl-typography", ".mdl-", "<title>My Activity History</title>"]
        .iter()
        .any(|sign| head.contains(sign))
    {
        return true;
    }
    let styled =
        head.starts_with("<html><head>") && head.find("</title><style type=\"text/css\">").is_some_and(|at| at < 400);
    styled && !head.contains("<script")
}

/// A row of the page.
pub(super) enum Cell {
    /// Of another product.
    Foreign,
    /// Of Gemini, and neither prompt nor answer: the first word of it.
    Passed(String),
    /// Cut off: what is missing may be the rest of a prompt, or the conversation that it is in.
    Broken,
    Row(Box<Row>, Option<String>),
}

/// Reads the piece of the page that a row is in; `None` if there is none in it. The text beside a row is the zone of its time, if it is not known which.
pub(super) fn read(piece: &str) -> Option<Cell> {
    let header = inside(piece, |tag| tag.has_class("header-cell")).map(|(header, _)| header);
    let (content, content_ends) = inside(piece, |tag| {
        tag.has_class("content-cell")
            && tag.has_class("mdl-typography--body-1")
            && !tag.has_class("mdl-typography--text-right")
    })?;
    let (caption, caption_ends) =
        inside(piece, |tag| tag.has_class("mdl-typography--caption")).unwrap_or(("", is_closed(piece)));
    let header = text(header.unwrap_or_default());
    // Links in the caption name Gemini as well, whatever the product.
    let product = if header.trim().is_empty() { text(caption) } else { header };
    if !row::is_gemini(&product) {
        return Some(Cell::Foreign);
    }
    if !(content_ends && caption_ends) {
        return Some(Cell::Broken);
    }
    let Content { lines, moment, answer } = split(content);
    let (title, beside) = prompt(&lines);
    let mut conversations: Vec<String> = Vec::new();
    for token in Tokens::new(caption) {
        let Token::Start(tag) = token else { continue };
        let found = tag.attribute("href").and_then(|address| row::conversation_of(&address));
        if let Some(id) = found.filter(|id| !conversations.contains(id)) {
            conversations.push(id);
        }
    }
    let (time, unknown_zone) = moment.map_or((None, None), |moment| (Some(moment.time), moment.unknown_zone));
    let row = Row::new(Pieces {
        time,
        conversations,
        title: &title,
        marked: true,
        beside,
        answers: vec![html::convert(answer)],
    });
    Some(match row {
        Some(row) => Cell::Row(Box::new(row), unknown_zone),
        None => Cell::Passed(title.split_whitespace().next().unwrap_or_default().to_owned()),
    })
}

/// Whether all its `div`s end.
fn is_closed(html: &str) -> bool {
    let depth = Tokens::new(html).fold(0i64, |depth, token| match token {
        Token::Start(tag) if tag.is("div") => depth + 1,
        Token::End(name) if name.eq_ignore_ascii_case("div") => depth - 1,
        _ => depth,
    });
    depth <= 0
}

/// What is inside of the first `div` that is wanted, and whether it ends.
fn inside(html: &str, wanted: impl Fn(&Tag<'_>) -> bool) -> Option<(&str, bool)> {
    let mut tokens = Tokens::new(html);
    let mut open: Option<(usize, usize)> = None;
    loop {
        let before = tokens.position();
        let Some(token) = tokens.next() else { return open.map(|(start, _)| (&html[start..], false)) };
        match (token, &mut open) {
            (Token::Start(tag), None) if tag.is("div") && wanted(&tag) => open = Some((tokens.position(), 0)),
            (Token::Start(tag), Some((_, depth))) if tag.is("div") => *depth += 1,
            (Token::End(name), Some((start, depth))) if name.eq_ignore_ascii_case("div") => {
                match depth.checked_sub(1) {
                    Some(less) => *depth = less,
                    None => return Some((&html[*start..before], true)),
                }
            }
            _ => {}
        }
    }
}

/// The text of a piece of HTML.
fn text(html: &str) -> String {
    let texts = Tokens::new(html)
        .filter_map(|token| if let Token::Text(text) = token { Some(html::decode(text)) } else { None });
    texts.collect()
}

/// A line before the answer.
#[derive(Default)]
struct Line {
    text: String,
    /// The address of the first link in it.
    address: Option<String>,
    /// Where it ends.
    end: usize,
}

struct Content<'a> {
    lines: Vec<Line>,
    moment: Option<Moment>,
    answer: &'a str,
}

/// Lines up to the time, and the answer behind it. Without a time the answer begins at the first block.
fn split(html: &str) -> Content<'_> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line = Line::default();
    let mut tokens = Tokens::new(html);
    let block = loop {
        let before = tokens.position();
        let Some(token) = tokens.next() else { break html.len() };
        match token {
            Token::Text(text) => line.text.push_str(&html::decode(text)),
            Token::Start(tag) if tag.is("br") => {
                line.end = tokens.position();
                lines.push(std::mem::take(&mut line));
            }
            Token::Start(tag) if tag.is("a") => {
                line.address = line.address.take().or(tag.attribute("href").map(std::borrow::Cow::into_owned));
            }
            Token::Start(tag) if !(tag.is("b") || tag.is("i") || tag.is("span")) => break before,
            Token::Start(_) | Token::End(_) => {}
        }
    };
    if !line.text.trim().is_empty() {
        line.end = block;
        lines.push(line);
    }
    let dated: Vec<(usize, Moment)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, dates::parse(&line.text)?))).collect();
    // A prompt may have a line that is a time, but hardly one with a zone.
    let found = dated.iter().position(|(_, moment)| moment.zoned).or((!dated.is_empty()).then_some(0));
    match found.and_then(|at| dated.into_iter().nth(at)) {
        Some((at, moment)) => {
            let answer = &html[lines[at].end..];
            lines.truncate(at);
            Content { lines, moment: Some(moment), answer }
        }
        None => Content { lines, moment: None, answer: &html[block..] },
    }
}

/// The title with its verb, and what came with the prompt: lines with a dash and a link, behind one that counts them, and the Gem that answered.
fn prompt(lines: &[Line]) -> (String, Vec<aios_model::Part>) {
    let is_file = |line: &Line| line.text.trim_start().starts_with('-') && line.address.is_some();
    let is_gem = |line: &Line| line.address.as_ref().is_some_and(|address| address.contains("gemini.google.com/gem"));
    let has_number = |at: &usize| *at > 0 && lines[*at].text.chars().any(char::is_numeric);
    let first_file = lines.iter().position(is_file);
    let before_files = first_file.map(|at| at.checked_sub(1).filter(has_number).unwrap_or(at));
    let end = lines.iter().rposition(|line| verbs::is_count(&line.text)).or(before_files).unwrap_or(lines.len());
    let mut title: Vec<&str> = Vec::new();
    let mut beside = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if is_gem(line) || at > end || (at == end && is_file(line)) {
            beside.extend(row::given(&line.text, line.address.as_deref()));
        } else if at < end {
            title.push(line.text.trim_matches(['\n', '\r', ' ', '\t']));
        }
    }
    (title.join("\n").trim_end().to_owned(), beside)
}
