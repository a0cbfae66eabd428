//! What markdown becomes.

use aios_markdown::{Labels, Options, blocks, render};

/// The examples are in the order of the CommonMark specification, then those of its extensions.
#[test]
fn markdown_becomes_the_html_that_is_written_here() {
    let table = "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table dir=\"auto\">";
    let link = "rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\"";
    let examples: Vec<(&str, String)> = vec![
        ("", String::new()),
        ("\n\n\n", String::new()),
        ("***", "<hr>".into()),
        ("# One\n## Two\n###### Six", "<h3 dir=\"auto\">One</h3><h4 dir=\"auto\">Two</h4><h6 dir=\"auto\">Six</h6>".into()),
        ("Title\n===\ntext", "<h3 dir=\"auto\">Title</h3><p dir=\"auto\">text</p>".into()),
        ("    code\n\n    more", figure("", "code\n\nmore\n")),
        (
            "```rust\nlet a = 1 < 2;\n```",
            figure("rust", "<span class=\"keyword\">let</span> a = <span class=\"number\">1</span> &lt; <span class=\"number\">2</span>;\n"),
        ),
        ("~~~\nopen", figure("", "open\n")),
        ("text\n```\na\n\nb\n```\nafter", format!("<p dir=\"auto\">text</p>{}<p dir=\"auto\">after</p>", figure("", "a\n\nb\n"))),
        ("- ```\n  a\n  ```", format!("<ul dir=\"auto\"><li>{}</li></ul>", figure("", "a\n"))),
        ("[a]: /one 'title'\n\n[a]", "<p dir=\"auto\"><a href=\"/one\" title=\"title\">a</a></p>".into()),
        ("[a]\n\n[a]: /one", "<p dir=\"auto\"><a href=\"/one\">a</a></p>".into()),
        ("[A][b c]\n\n[B  C]: #here", "<p dir=\"auto\"><a href=\"#here\">A</a></p>".into()),
        ("[a]: /one\n\n[a]: /two\n\n[a]", "<p dir=\"auto\"><a href=\"/one\">a</a></p>".into()),
        ("[nowhere]", "<p dir=\"auto\">[nowhere]</p>".into()),
        ("a\nb", "<p dir=\"auto\">a\nb</p>".into()),
        ("> a\nb\n\n> c", "<blockquote dir=\"auto\"><p>a\nb</p></blockquote><blockquote dir=\"auto\"><p>c</p></blockquote>".into()),
        ("- a\n- b", "<ul dir=\"auto\"><li>a</li><li>b</li></ul>".into()),
        ("- a\n\n- b", "<ul dir=\"auto\"><li><p>a</p></li><li><p>b</p></li></ul>".into()),
        ("text\n- a\n\n  more", "<p dir=\"auto\">text</p><ul dir=\"auto\"><li><p>a</p><p>more</p></li></ul>".into()),
        ("3. a\n4. b", "<ol start=\"3\" dir=\"auto\"><li>a</li><li>b</li></ol>".into()),
        ("1. a\n   - b", "<ol dir=\"auto\"><li>a<ul><li>b</li></ul></li></ol>".into()),
        ("`a < b`", "<p dir=\"auto\"><code dir=\"ltr\">a &lt; b</code></p>".into()),
        ("*a* **b** ***c***", "<p dir=\"auto\"><em>a</em> <strong>b</strong> <em><strong>c</strong></em></p>".into()),
        ("a  \nb\\\nc", "<p dir=\"auto\">a<br>b<br>c</p>".into()),
        ("\\*a\\* &amp; &copy; &#35;", "<p dir=\"auto\">*a* &amp; © #</p>".into()),
        ("<a@example.org>", format!("<p dir=\"auto\"><a href=\"mailto:a@example.org\" {link} title=\"mailto:a@example.org\">a@example.org</a></p>")),
        ("[a](https://example.org \"b\")", format!("<p dir=\"auto\"><a href=\"https://example.org\" {link} data-host=\"example.org\" title=\"https://example.org\nb\">a</a></p>")),
        ("[good.example](https://good.example@bad.example:8/c)", format!("<p dir=\"auto\"><a href=\"https://good.example@bad.example:8/c\" {link} data-host=\"bad.example:8\" title=\"https://good.example@bad.example:8/c\">good.example</a></p>")),
        ("see https://example.org/a_b_c.", format!("<p dir=\"auto\">see <a href=\"https://example.org/a_b_c\" {link} title=\"https://example.org/a_b_c\">https://example.org/a_b_c</a>.</p>")),
        ("[https://a.example](/b)", "<p dir=\"auto\"><a href=\"/b\">https://a.example</a></p>".into()),
        ("![a *b*](/media/a.png \"c\")", "<p dir=\"auto\"><img src=\"/media/a.png\" loading=\"lazy\" alt=\"a b\" title=\"c\"></p>".into()),
        ("![a](https://example.org/a.png)", format!("<p dir=\"auto\"><a class=\"image-blocked\" href=\"https://example.org/a.png\" {link} data-host=\"example.org\" title=\"https://example.org/a.png\">a</a></p>")),
        ("![](sandbox:/a.png)", "<p dir=\"auto\"><span class=\"image-blocked\" title=\"sandbox:/a.png\">Picture</span></p>".into()),
        ("![a ![b](/c) $$d$$](/media/e)", "<p dir=\"auto\"><img src=\"/media/e\" loading=\"lazy\" alt=\"a b d\"></p>".into()),
        ("a\n\n<br>\n\nb<br/>c", "<p dir=\"auto\">a</p><p class=\"raw-html\" dir=\"auto\"></p><p dir=\"auto\">b<br>c</p>".into()),
        ("> שלום\n> - a", "<blockquote dir=\"auto\"><p>שלום</p><ul><li>a</li></ul></blockquote>".into()),
        ("~~gone~~", "<p dir=\"auto\"><del>gone</del></p>".into()),
        ("- [x] a\n- [ ] b", "<ul dir=\"auto\"><li class=\"task\"><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"Done\"> a</li><li class=\"task\"><input type=\"checkbox\" disabled=\"\" aria-label=\"To do\"> b</li></ul>".into()),
        ("| a | b |\n|---|:-:|\n| c<br>d |", format!("{table}<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"center\">b</th></tr></thead><tbody><tr><td dir=\"auto\">c<br>d</td><td dir=\"auto\" class=\"center\"></td></tr></tbody></table></div>")),
        ("a[^1]\n\n[^1]: note", "<p dir=\"auto\">a<sup><a href=\"#user-content-fn-1\" id=\"user-content-fnref-1\">1</a></sup></p><div class=\"footnote\" id=\"user-content-fn-1\" dir=\"auto\"><sup><a href=\"#user-content-fnref-1\" role=\"doc-backlink\" title=\"Back to the text\">1</a></sup> <p>note</p></div>".into()),
        ("a[^none]", "<p dir=\"auto\">a[^none]</p>".into()),
        ("$\\a<b$ and $$\\c$$", "<p dir=\"auto\"><code class=\"math\" dir=\"ltr\">\\a&lt;b</code> and <code class=\"math\" dir=\"ltr\" data-display=\"\">\\c</code></p>".into()),
        ("so \\(\\a_1 < b_1\\), and\n\\[\n*c*\\x\n\\]", "<p dir=\"auto\">so <code class=\"math\" dir=\"ltr\">\\a_1 &lt; b_1</code>, and\n<code class=\"math\" dir=\"ltr\" data-display=\"\">*c*\\x</code></p>".into()),
        ("from $5 to $10, $5-$10", "<p dir=\"auto\">from $5 to $10, $5-$10</p>".into()),
        (":::execute\nls -l\n:::\nok", format!("{}<p dir=\"auto\">ok</p>", figure("execute", "ls -l\n"))),
        ("a\r\nb\rc\r\n\r\nd", "<p dir=\"auto\">a\nb\nc</p><p dir=\"auto\">d</p>".into()),
    ];
    for (markdown, expected) in examples {
        assert_eq!(render(markdown), expected, "{markdown:?}");
    }
}

fn figure(language: &str, code: &str) -> String {
    let (data, class) = match language {
        "" => (String::new(), String::new()),
        language => (format!(" data-language=\"{language}\""), format!(" class=\"language-{language}\"")),
    };
    format!("<figure class=\"code\" dir=\"ltr\"{data}><pre tabindex=\"0\"><code{class}>{code}</code></pre></figure>")
}

#[test]
fn a_caller_chooses_prefix_levels_and_labels() {
    let options = Options {
        id_prefix: "turn-5-".to_owned(),
        heading_offset: 0,
        code_actions: true,
        labels: Labels { task_done: "Erledigt", ..Labels::default() },
    };
    assert_eq!(
        blocks("# A[^n]\n\n- [x] b\n\n[^n]: c\n\n~~~\nd", options),
        [
            "<h1 dir=\"auto\">A<sup><a href=\"#turn-5-fn-n\" id=\"turn-5-fnref-n\">n</a></sup></h1>",
            "<ul dir=\"auto\"><li class=\"task\"><input type=\"checkbox\" disabled=\"\" checked=\"\" \
             aria-label=\"Erledigt\"> b</li></ul>",
            "<div class=\"footnote\" id=\"turn-5-fn-n\" dir=\"auto\"><sup><a href=\"#turn-5-fnref-n\" role=\"doc-backlink\" title=\"Back to the text\">n</a></sup> <p>c</p></div>",
            "<figure class=\"code\" dir=\"ltr\"><figcaption><label><input type=\"checkbox\">Wrap</label>\
             <button type=\"button\" data-code=\"copy\">Copy</button><button type=\"button\" data-code=\"save\">Download</button>\
             </figcaption><pre tabindex=\"0\"><code>d\n</code></pre></figure>",
        ]
    );
}

#[test]
fn a_footnote_that_is_defined_twice_has_one_id() {
    let html = render("[^a]: one\n\n[^A]: two\n\ntext[^a]");
    assert_eq!(html.matches(" id=\"").count(), 2, "one for the note, one for the reference: {html}");
}

#[test]
fn a_footnote_leads_back_to_the_first_reference() {
    let html = render("[^a]: note\n\none[^a] two[^A]\n\nthree[^a]");
    assert_eq!(html.matches("id=\"user-content-fnref-a\"").count(), 1, "{html}");
    assert!(html.contains("one<sup><a href=\"#user-content-fn-a\" id=\"user-content-fnref-a\">"), "{html}");
    assert!(html.contains("<sup><a href=\"#user-content-fnref-a\" role=\"doc-backlink\""), "{html}");
}
