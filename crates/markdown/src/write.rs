//! The parser's events to HTML.
//!
//! Every tag and every attribute name in the output is a literal of this module, of `link`, `code` or `math`; text
//! gets in through `escape` only. There is no recursion, and elements nest to a fixed depth.

use std::collections::BTreeSet;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

use crate::code::{language, write_code};
use crate::definitions::Definitions;
use crate::destination::destination;
use crate::escape::{escape, escape_plain_order};
use crate::link::{self, Picture};
use crate::math::{write_math, write_source};
use crate::options::Options;
use crate::{autolink, footnote};

/// How deep elements nest. What is deeper keeps its text and loses its element: browsers stop at 512, and nobody
/// follows a dozen levels of lists.
const DEEPEST: usize = 32;

/// An element that was started in the text, and what ends it in HTML: nothing if it is nested too deep.
#[derive(Clone, Copy)]
struct Element {
    end: &'static str,
    /// Whether it set the direction of the text in it.
    directs: bool,
}

impl Element {
    const HIDDEN: Self = Self { end: "", directs: false };

    const fn new(end: &'static str) -> Self {
        Self { end, directs: false }
    }
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    in_body: bool,
}

pub(crate) struct Writer<'a> {
    source: &'a str,
    /// The source ends in a formula that the text has not ended.
    pub(crate) ends_in_open_formula: bool,
    number: usize,
    definitions: &'a Definitions,
    options: &'a Options,
    html: String,
    /// Text that is not written yet: the parser gives it in many small events, and an address may span several.
    text: String,
    elements: Vec<Element>,
    table: Table,
    /// The language of the open code block.
    code: Option<String>,
    /// How many links are open: the parser takes an address in angle brackets for a link within a link too.
    links: usize,
    /// The open picture, and how many are open in its description.
    picture: Option<(Picture, usize)>,
    /// The labels of the footnotes that this piece defines.
    footnotes: BTreeSet<String>,
    /// The labels of those that it refers to.
    references: BTreeSet<String>,
    /// Where the tag of the last item of a list ends, before its bracket.
    item: usize,
    expansion: usize,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(source: &'a str, number: usize, definitions: &'a Definitions, options: &'a Options) -> Self {
        Self {
            source,
            ends_in_open_formula: false,
            number,
            definitions,
            options,
            html: String::with_capacity(source.len() + source.len() / 2),
            text: String::new(),
            elements: Vec::new(),
            table: Table::default(),
            code: None,
            links: 0,
            picture: None,
            footnotes: BTreeSet::new(),
            references: BTreeSet::new(),
            item: 0,
            expansion: 0,
        }
    }

    /// The HTML, how many bytes references expanded to, and the labels of the footnotes that are referred to.
    pub(crate) fn finish(mut self) -> (String, usize, BTreeSet<String>) {
        self.flush();
        (self.html, self.expansion, self.references)
    }

    /// Writes an event; `end` is where it ends in the source.
    pub(crate) fn event(&mut self, event: Event<'_>, end: usize) {
        if self.picture.is_some() {
            return self.describe(event);
        }
        match event {
            Event::Text(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push('\n'),
            Event::InlineHtml(html) if is_line_break(&html) => self.raw("<br>"),
            Event::Html(html) if is_line_break(&html) => self.text.push('\n'),
            Event::Html(html) | Event::InlineHtml(html) => self.text.push_str(&html),
            Event::HardBreak => self.raw("<br>"),
            Event::Rule => self.raw("<hr>"),
            Event::Code(code) => {
                self.raw("<code dir=\"ltr\">");
                escape(&mut self.html, &code);
                self.html.push_str("</code>");
            }
            Event::InlineMath(tex) => self.math(&tex, false, end),
            Event::DisplayMath(tex) => self.math(&tex, true, end),
            Event::FootnoteReference(label) => self.footnote_reference(&label),
            Event::TaskListMarker(done) => self.task(done),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        self.flush();
        let is_too_deep = self.elements.len() >= DEEPEST;
        let element = match tag {
            Tag::Paragraph => self.block("<p", "</p>"),
            Tag::Heading { level, .. } => {
                let (start, end) = heading(level, self.options.heading_offset);
                self.block(start, end)
            }
            Tag::BlockQuote(_) if !is_too_deep => self.block("<blockquote", "</blockquote>"),
            Tag::List(None) if !is_too_deep => self.block("<ul", "</ul>"),
            Tag::List(Some(first)) if !is_too_deep => {
                if first == 1 {
                    self.block("<ol", "</ol>")
                } else {
                    let start = ["<ol start=\"", &first.to_string(), "\""].concat();
                    self.block(&start, "</ol>")
                }
            }
            Tag::Item if self.is_shown() => {
                self.html.push_str("<li");
                self.item = self.html.len();
                self.html.push('>');
                Element::new("</li>")
            }
            Tag::FootnoteDefinition(label) if !is_too_deep => self.footnote(&label),
            Tag::CodeBlock(kind) => {
                self.code = Some(match kind {
                    CodeBlockKind::Fenced(info) => language(&info),
                    CodeBlockKind::Indented => String::new(),
                });
                Element::HIDDEN
            }
            Tag::HtmlBlock => self.block("<p class=\"raw-html\"", "</p>"),
            Tag::Table(alignments) if !is_too_deep => {
                self.table = Table { alignments, ..Table::default() };
                self.html.push_str("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
                escape(&mut self.html, self.options.labels.table);
                self.html.push_str("\"><table dir=\"auto\">");
                Element::new("</table></div>")
            }
            Tag::TableHead if self.is_shown() => {
                (self.table.in_head, self.table.column) = (true, 0);
                self.html.push_str("<thead><tr>");
                Element::new("</tr></thead>")
            }
            Tag::TableRow if self.is_shown() => {
                self.table.column = 0;
                self.html.push_str(if self.table.in_body { "<tr>" } else { "<tbody><tr>" });
                self.table.in_body = true;
                Element::new("</tr>")
            }
            Tag::TableCell if self.is_shown() => self.cell(),
            Tag::Emphasis if !is_too_deep => self.inline("<em>", "</em>"),
            Tag::Strong if !is_too_deep => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough if !is_too_deep => self.inline("<del>", "</del>"),
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, &dest_url, &title),
            Tag::Image { link_type, dest_url, title, .. } => {
                let is_affordable = self.is_affordable(link_type, &dest_url, &title);
                let (address, title) = if is_affordable { (&*dest_url, &*title) } else { ("", "") };
                self.picture = Some((Picture::new(address, title), 0));
                return;
            }
            _ => Element::HIDDEN,
        };
        self.elements.push(element);
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::HtmlBlock) {
            self.lines();
        }
        if let Some(language) = self.code.take() {
            write_code(&mut self.html, &language, &self.text, self.options);
            self.text.clear();
        }
        self.flush();
        match tag {
            TagEnd::TableHead => self.table.in_head = false,
            TagEnd::Table if self.table.in_body => {
                self.table.in_body = false;
                self.html.push_str("</tbody>");
            }
            TagEnd::Link => self.links -= 1,
            _ => {}
        }
        let element = self.elements.pop().unwrap_or(Element::HIDDEN);
        self.html.push_str(element.end);
        // Words of blocks whose elements are left out stay apart.
        if element.end.is_empty() && matches!(tag, TagEnd::TableCell | TagEnd::Item | TagEnd::TableRow) {
            self.html.push(' ');
        }
    }

    /// Takes an event inside a picture: its text describes it.
    fn describe(&mut self, event: Event<'_>) {
        let Some((picture, depth)) = &mut self.picture else { return };
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => picture.description.push_str(&text),
            Event::SoftBreak | Event::HardBreak => picture.description.push(' '),
            Event::Start(Tag::Image { .. }) => *depth += 1,
            Event::End(TagEnd::Image) if *depth > 0 => *depth -= 1,
            Event::End(TagEnd::Image) => {
                picture.write(&mut self.html, self.links > 0, self.options.labels.picture);
                self.picture = None;
            }
            _ => {}
        }
    }

    /// Writes the text so far, with links for the addresses in it.
    fn flush(&mut self) {
        if self.text.is_empty() || self.code.is_some() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        if self.links > 0 {
            escape_plain_order(&mut self.html, &text);
        } else {
            for part in autolink::parts(&text) {
                match part {
                    autolink::Part::Plain(text) => escape(&mut self.html, text),
                    autolink::Part::Address(address) => match destination(address) {
                        Some(destination) => {
                            link::write_start(&mut self.html, &destination, "", true);
                            escape_plain_order(&mut self.html, address);
                            self.html.push_str("</a>");
                        }
                        None => escape(&mut self.html, address),
                    },
                }
            }
        }
        // The buffer is used again.
        self.text = text;
        self.text.clear();
    }

    fn raw(&mut self, html: &str) {
        self.flush();
        self.html.push_str(html);
    }

    /// Writes the text of an HTML block as text, line by line.
    fn lines(&mut self) {
        for (number, line) in self.text.trim_matches('\n').split('\n').enumerate() {
            if number > 0 {
                self.html.push_str("<br>");
            }
            escape(&mut self.html, line);
        }
        self.text.clear();
    }

    /// Whether the element around is in the HTML, so that its own children may be.
    fn is_shown(&self) -> bool {
        self.elements.last().is_some_and(|element| !element.end.is_empty())
    }

    /// Starts a block of text. The outermost block finds its direction from its first letter, and what is in it
    /// follows: HTML finds no direction in children that find their own.
    fn block(&mut self, start: &str, end: &'static str) -> Element {
        self.html.push_str(start);
        let directs = !self.elements.iter().any(|element| element.directs);
        self.html.push_str(if directs { " dir=\"auto\">" } else { ">" });
        Element { end, directs }
    }

    fn inline(&mut self, start: &str, end: &'static str) -> Element {
        self.html.push_str(start);
        Element::new(end)
    }

    fn cell(&mut self) -> Element {
        self.html.push_str(if self.table.in_head { "<th scope=\"col\"" } else { "<td dir=\"auto\"" });
        self.html.push_str(match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => " class=\"left\">",
            Some(Alignment::Center) => " class=\"center\">",
            Some(Alignment::Right) => " class=\"right\">",
            Some(Alignment::None) | None => ">",
        });
        self.table.column += 1;
        Element::new(if self.table.in_head { "</th>" } else { "</td>" })
    }

    fn task(&mut self, done: bool) {
        self.flush();
        let labels = self.options.labels;
        self.html.insert_str(self.item, " class=\"task\"");
        self.html.push_str("<input type=\"checkbox\" disabled=\"\"");
        self.html.push_str(if done { " checked=\"\" aria-label=\"" } else { " aria-label=\"" });
        escape(&mut self.html, if done { labels.task_done } else { labels.task_open });
        self.html.push_str("\"> ");
    }

    fn link(&mut self, link_type: LinkType, address: &str, title: &str) -> Element {
        let mail;
        let address = if link_type == LinkType::Email {
            mail = ["mailto:", address].concat();
            &mail
        } else {
            address
        };
        let is_affordable = self.is_affordable(link_type, address, title);
        self.links += 1;
        if self.links > 1 {
            return Element::HIDDEN;
        }
        match destination(address).filter(|_| is_affordable) {
            Some(destination) => {
                let shows_address = matches!(link_type, LinkType::Autolink | LinkType::Email);
                link::write_start(&mut self.html, &destination, title, shows_address);
                Element::new("</a>")
            }
            None => {
                link::write_blocked_start(&mut self.html, "link-blocked", if is_affordable { address } else { "" });
                Element::new("</span>")
            }
        }
    }

    /// Whether the limit of what references expand to leaves room for this one.
    fn is_affordable(&mut self, link_type: LinkType, address: &str, title: &str) -> bool {
        if matches!(link_type, LinkType::Inline | LinkType::Autolink | LinkType::Email) {
            return true;
        }
        let expansion = self.expansion + address.len() + title.len();
        let is_affordable = expansion <= self.definitions.expansion;
        if is_affordable {
            self.expansion = expansion;
        }
        is_affordable
    }

    fn footnote(&mut self, label: &str) -> Element {
        // The first definition of a label has its id.
        let is_first = self.definitions.footnote(label).is_none_or(|number| number == self.number)
            && self.footnotes.insert(label.to_lowercase());
        if is_first {
            self.html.push_str("<div class=\"footnote\" id=\"");
            footnote::write_id(&mut self.html, &self.options.id_prefix, label);
            self.html.push('"');
        } else {
            self.html.push_str("<div class=\"footnote\"");
        }
        let element = self.block("", "</div>");
        self.html.push_str("<sup><a href=\"#");
        footnote::write_reference_id(&mut self.html, &self.options.id_prefix, label);
        self.html.push_str("\" role=\"doc-backlink\" title=\"");
        escape(&mut self.html, self.options.labels.footnote_back);
        self.html.push_str("\">");
        escape_plain_order(&mut self.html, label);
        self.html.push_str("</a></sup> ");
        element
    }

    fn footnote_reference(&mut self, label: &str) {
        if self.links > 0 {
            for part in ["[^", label, "]"] {
                self.text.push_str(part);
            }
            return;
        }
        self.raw("<sup><a href=\"#");
        footnote::write_id(&mut self.html, &self.options.id_prefix, label);
        self.html.push('"');
        // The footnote leads back to where it is first referred to.
        if self.references.insert(label.to_lowercase()) && self.definitions.is_first_reference(label, self.number) {
            self.html.push_str(" id=\"");
            footnote::write_reference_id(&mut self.html, &self.options.id_prefix, label);
            self.html.push('"');
        }
        self.html.push('>');
        escape_plain_order(&mut self.html, label);
        self.html.push_str("</a></sup>");
    }

    fn math(&mut self, tex: &str, display: bool, end: usize) {
        self.flush();
        // Half a formula would be another one with every letter.
        let write = if self.ends_in_open_formula && end == self.source.len() { write_source } else { write_math };
        write(&mut self.html, tex, display);
    }
}

fn heading(level: HeadingLevel, offset: u8) -> (&'static str, &'static str) {
    match (level as usize).saturating_add(usize::from(offset)) {
        0 | 1 => ("<h1", "</h1>"),
        2 => ("<h2", "</h2>"),
        3 => ("<h3", "</h3>"),
        4 => ("<h4", "</h4>"),
        5 => ("<h5", "</h5>"),
        _ => ("<h6", "</h6>"),
    }
}

/// The one tag that is understood: models write it in the cells of tables, where markdown has no line break.
fn is_line_break(html: &str) -> bool {
    html.trim()
        .strip_prefix("<br")
        .and_then(|end| end.strip_suffix('>'))
        .is_some_and(|middle| matches!(middle.trim(), "" | "/"))
}
