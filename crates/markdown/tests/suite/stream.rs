//! A text that arrives in parts becomes what it is as a whole.

use aios_markdown::{Open, Options, Stream, Update, blocks, render};
use proptest::prelude::*;

use crate::{markup, page};

/// A page that shows a stream, as the chat does.
#[derive(Default)]
struct Page {
    finished: Vec<String>,
    open: String,
}

impl Page {
    fn show(&mut self, update: Update) {
        let Update { finished, open, revised } = update;
        self.finished.extend(finished);
        for (block, html) in revised {
            self.finished[block] = html;
        }
        match open {
            Open::Html(html) => self.open = html,
            Open::Code { lines, rest } => {
                const REST: &str = "<span class=\"rest\">";
                let rest = rest.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
                let start = self.open.find(REST).expect("the open block is code");
                let end = self.open.find("</span></code>").expect("the last line is the last element");
                if lines.is_empty() {
                    self.open.insert_str(end, &rest);
                } else {
                    self.open.replace_range(start..end, &[lines.as_str(), REST, rest.as_str()].concat());
                }
            }
        }
    }
}

/// The parts of a text, cut at places that are given as fractions.
fn cut<'a>(text: &'a str, places: &[usize]) -> Vec<&'a str> {
    let mut places: Vec<usize> =
        places.iter().map(|place| place % (text.len() + 1)).filter(|place| text.is_char_boundary(*place)).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

fn stream(parts: &[&str]) -> Page {
    let mut stream = Stream::new(Options::default());
    let mut page = Page::default();
    for part in parts {
        page.show(stream.push(part));
    }
    page.show(stream.finish());
    page
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_ends_as_the_whole_wherever_it_is_cut(
        text in markup::markup(),
        places in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        let page = stream(&cut(&text, &places));
        prop_assert_eq!(page.open, "");
        prop_assert_eq!(page.finished.concat(), render(&text));
        prop_assert_eq!(page.finished, blocks(&text, Options::default()));
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn what_a_stream_shows_on_the_way_is_as_safe_as_its_end(text in markup::markup()) {
        let mut stream = Stream::new(Options::default());
        let mut page = Page::default();
        for character in text.chars() {
            page.show(stream.push(character.encode_utf8(&mut [0; 4])));
            page::check(&(page.finished.concat() + &page.open), &text);
        }
    }
}

#[test]
fn a_stream_of_single_characters_ends_as_the_whole_beyond_every_limit() {
    let row = "| a | b |\n";
    let text = [
        "- an item of a long list\n".repeat(1_000),
        "word ".repeat(20_000),
        format!("\n\n{row}|---|---|\n{}", row.repeat(2_000)),
        format!("\n~~~\n{}\n{}é\n", " ".repeat(1_000), "~".repeat(1_000)),
        "code é\n".repeat(500),
        "~~~\n> é".to_owned(),
        "é".repeat(50_000),
    ]
    .concat();
    let mut stream = Stream::new(Options::default());
    let mut finished = Vec::new();
    let (mut rest, mut length) = (text.as_str(), 1);
    while !rest.is_empty() {
        let end = (length.min(rest.len())..=rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap();
        finished.extend(stream.push(&rest[..end]).finished);
        rest = &rest[end..];
        length = length % 997 + 1;
    }
    finished.extend(stream.finish().finished);
    assert_eq!(finished, blocks(&text, Options::default()));
}

#[test]
fn finished_blocks_are_given_once_and_the_open_one_each_time() {
    let mut stream = Stream::new(Options::default());
    assert_eq!(stream.push("# Ti").open, Open::Html("<h3 dir=\"auto\">Ti</h3>".to_owned()));
    let update = stream.push("tle\nte");
    assert_eq!(update.finished, ["<h3 dir=\"auto\">Title</h3>"]);
    assert_eq!(update.open, Open::Html("<p dir=\"auto\">te</p>".to_owned()));
    let update = stream.push("xt");
    assert!(update.finished.is_empty());
    assert_eq!(update.open, Open::Html("<p dir=\"auto\">text</p>".to_owned()));
    let update = stream.finish();
    assert_eq!(update.finished, ["<p dir=\"auto\">text</p>"]);
    assert_eq!(update.open, Open::Html(String::new()));
}

#[test]
fn an_open_code_block_gives_only_what_is_new() {
    let mut stream = Stream::new(Options::default());
    stream.push("```rust\n");
    let code = |lines: &str, rest: &str| Open::Code { lines: lines.to_owned(), rest: rest.to_owned() };
    let coloured = "<span class=\"keyword\">let</span> a = <span class=\"number\">1</span>;\n";
    assert_eq!(stream.push("let a").open, code("", "let a"));
    assert_eq!(stream.push(" = 1;\n``").open, code(coloured, ""));
    assert_eq!(stream.push("x").open, code("", "``x"));
    assert_eq!(stream.push("\n").open, code("``x\n", ""));
    let update = stream.push("```\n");
    assert_eq!(update.finished.len(), 1);
    assert_eq!(update.open, Open::Html(String::new()));
    assert_eq!(update.finished.concat(), render("```rust\nlet a = 1;\n``x\n```\n"));
}

#[test]
fn what_a_push_gives_does_not_grow_with_the_text_before() {
    let mut stream = Stream::new(Options::default());
    let paragraph = "A paragraph with *some* `markup` and a [link](https://example.org).\n\n";
    let size = |update: Update| {
        let open = match update.open {
            Open::Html(text) => text.len(),
            Open::Code { lines, rest } => lines.len() + rest.len(),
        };
        open + update.finished.concat().len()
    };
    let first = size(stream.push(paragraph));
    for _ in 0..10_000 {
        assert_eq!(size(stream.push(paragraph)), first);
    }
    stream.push("```\n");
    for _ in 0..10_000 {
        // A coloured line, or one behind what is coloured.
        assert!(size(stream.push("let x = 1;\n")) <= 80);
    }
}

#[test]
fn a_reference_to_a_later_definition_becomes_a_link_at_the_end() {
    let mut stream = Stream::new(Options::default());
    let update = stream.push("See [a] and [^n].\n\nMore.\n\n[a]: /b\n\n[^n]: note\n");
    assert_eq!(update.finished, ["<p dir=\"auto\">See [a] and [^n].</p>", "<p dir=\"auto\">More.</p>"]);
    assert_eq!(
        stream.finish().revised,
        [(
            0,
            "<p dir=\"auto\">See <a href=\"/b\">a</a> and \
             <sup><a href=\"#user-content-fn-n\" id=\"user-content-fnref-n\">n</a></sup>.</p>"
                .to_owned()
        )]
    );
}
