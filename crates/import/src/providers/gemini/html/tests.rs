use super::{convert, file_name};
use proptest::prelude::*;

fn markdown(html: &str) -> String {
    convert(html).markdown
}

#[test]
fn paragraphs_breaks_and_marks() {
    assert_eq!(markdown("<p>One <strong>two </strong>three</p>\n<p>a<br>b</p>"), "One **two** three\n\na  \nb");
    assert_eq!(markdown("<p>x<br><br>y</p>"), "x\n\ny");
    assert_eq!(markdown("<b><i>both</b></i> <del>gone</del>"), "***both*** ~~gone~~");
    assert_eq!(markdown("<b><p>a</p><p>b</p></b>"), "**a**\n\n**b**");
    assert_eq!(markdown("<h2>Title<br>more</h2><p>text</p>"), "## Title more\n\ntext");
}

#[test]
fn emphasis_that_markdown_would_not_see_keeps_its_words() {
    assert_eq!(markdown("これは<strong>「強調」</strong>です"), "これは「強調」です");
    assert_eq!(markdown("<strong>「強調」</strong> です"), "**「強調」** です");
    assert_eq!(markdown("<b>Note:</b>text <b>Note</b>: x"), "Note:text **Note**: x");
}

#[test]
fn lists_nest_and_keep_their_numbers() {
    let html = "<ul><li>a<ul><li><p>b</p></li><li>c</li></ul></li><li><p>d</p><p>e</p></li></ul><p>f</p>";
    assert_eq!(markdown(html), "- a\n  - b\n  - c\n- d\n\n  e\n\nf");
    assert_eq!(
        markdown("x<ol start=9><li>a<pre>code\nmore</pre></li><li>b</ol>"),
        "x\n\n9. a\n\n   ```\n   code\n   more\n   ```\n10. b"
    );
    assert_eq!(markdown("<blockquote><p>q</p><ul><li>r</li></ul></blockquote>s"), "> q\n>\n> - r\n\ns");
}

#[test]
fn code_is_fenced_and_spanned() {
    assert_eq!(
        markdown("<pre><code class=\"language-rust\">\nif a &lt; b {\n    c*d\n}\n</code></pre>"),
        "```rust\nif a < b {\n    c*d\n}\n```"
    );
    assert_eq!(markdown("use <code>a`b*</code>."), "use ``a`b*``.");
    assert_eq!(markdown("<pre>```\nx</pre>"), "````\n```\nx\n````");
}

#[test]
fn tables_have_a_head_as_wide_as_their_widest_row() {
    let html = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>a|b</td><td><p>c</p><p><b>d</b></p></td></tr></tbody></table>after";
    assert_eq!(markdown(html), "| A |  |\n| --- | --- |\n| a\\|b | c **d** |\n\nafter");
    assert_eq!(markdown("<table><tr><td>x<table><tr><td>y</td></tr></table></td></tr></table>"), "| x y |\n| --- |");
}

#[test]
fn links_pictures_and_formulas() {
    assert_eq!(markdown("<a href=\"https://e.org/a(b)?x=1&amp;y=2\">it</a>"), "[it](https://e.org/a%28b%29?x=1&y=2)");
    assert_eq!(markdown("<a href=\"javascript:alert(1)\">it</a> and <a href=/x>that</a>"), "it and that");
    let converted = convert("<img src=\"image%201.png\" alt=\"A cat\"><img src=\"https://x.org/p.png\" alt=\"Far\">");
    assert_eq!(converted.markdown, "\\[Image: Far\\]");
    assert_eq!(
        (converted.pictures[0].name.as_str(), converted.pictures[0].description.as_deref()),
        ("image 1.png", Some("A cat"))
    );
    assert_eq!(
        markdown("is <span class=\"math-inline\" data-math=\"x_1^2\"><span>x</span>junk</span>!"),
        "is $x_1^2$!"
    );
    assert_eq!(
        markdown("a<div class=\"math-block\" data-math=\"\\frac{1}{2}\">½</div>b"),
        "a\n\n$$\\frac{1}{2}$$\n\nb"
    );
    assert_eq!(markdown("costs $5 and $\\alpha_1$"), "costs \\$5 and $\\alpha_1$");
}

#[test]
fn text_stays_text() {
    assert_eq!(markdown("&lt;script&gt;alert(1)&lt;/script&gt; 1 &lt; 2"), "\\<script>alert(1)\\</script> 1 < 2");
    assert_eq!(markdown("<script>alert(1)</script><style>b{}</style><p># no <!-- x -->heading</p>"), "\\# no heading");
    assert_eq!(markdown("<p>1. no list</p><p>- no</p><p>:::execute</p>"), "1\\. no list\n\n\\- no\n\n\\:::execute");
    assert_eq!(markdown("snake_case *a* [b](c) &amp;copy; R&amp;D"), "snake_case \\*a\\* \\[b\\](c) \\&copy; R&D");
}

#[test]
fn names_of_files_are_names_only() {
    assert_eq!(file_name("a%20b.png").as_deref(), Some("a b.png"));
    assert_eq!(file_name("../../etc/x.png").as_deref(), Some("x.png"));
    for address in ["https://x.org/a.png", "data:image/png;base64,AA", "//x.org/a.png", "", "a%2Fb.png", ".."] {
        assert_eq!(file_name(address), None, "{address}");
    }
}

#[test]
fn a_hundred_thousand_open_elements_are_no_trouble() {
    for tag in
        ["<ul><li>", "<blockquote>", "<b>", "<table><tr><td>", "<span data-math=a>", "<a href=https://x.org>", "<div>"]
    {
        let text = markdown(&format!("{}x", tag.repeat(100_000)));
        assert!(text.len() < 300, "{tag}: {}", text.len());
    }
    let text = markdown(&format!("{}{}x", "<b>".repeat(50_000), "</i></li></td>".repeat(50_000)));
    assert_eq!(text, "**x**");
}

proptest! {
    #[test]
    fn any_html_is_read(html in "(<(/)?(p|b|i|a href=h|li|ul|ol|td|tr|table|pre|code|br|h1|blockquote|img src=x|hr|sup)>|[a(*_`$.、 \n|&;])*") {
        let _ = convert(&html);
    }

    #[test]
    fn no_word_is_lost(words in proptest::collection::vec("[a-z]{1,5}", 1..8), tags in proptest::collection::vec(0usize..12, 8)) {
        const TAGS: [(&str, &str); 12] = [("<p>", "</p>"), ("<b>", "</b>"), ("<ul><li>", "</ul>"), ("<td>", "</td>"), ("<h2>", "</h2>"),
            ("<pre>", "</pre>"), ("<code>", "</code>"), ("<table><tr><td>", "</table>"), ("<i>", ""), ("", "</p>"), ("<blockquote>", ""), ("<br>", "")];
        let html: String = words.iter().zip(&tags).map(|(word, tag)| format!("{}{word}{} ", TAGS[*tag].0, TAGS[*tag].1)).collect();
        let text = convert(&html).markdown;
        let mut at = 0;
        for word in &words {
            let found = text[at..].find(word.as_str());
            prop_assert!(found.is_some(), "{html} gave {text}");
            at += found.unwrap_or(0) + word.len();
        }
    }
}
