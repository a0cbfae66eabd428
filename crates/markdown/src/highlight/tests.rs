use super::Highlighter;

/// Tokens as `class:text`, without what is not coloured.
fn tokens(language: &str, code: &str) -> Vec<String> {
    let mut html = String::new();
    Highlighter::new(language).write(&mut html, code);
    html.split("<span class=\"")
        .skip(1)
        .map(|token| token.split("</span>").next().unwrap_or_default().replacen("\">", ":", 1))
        .collect()
}

#[test]
fn tokens_of_many_languages_are_told_apart() {
    for (language, code, expected) in [
        ("rust", "fn a<'b>(c: 'd') -> u8 { 0x1f } // e", "keyword:fn|string:'d'|keyword:u8|number:0x1f|comment:// e"),
        ("rust", "let s = \"a\\\"b\nc\";", "keyword:let|string:&quot;a\\&quot;b|string:c&quot;"),
        ("js", "const a = `b\n${c}`; d(1.5)", "keyword:const|string:`b|string:${c}`|name:d|number:1.5"),
        (
            "python",
            "@x\ndef f(a):\n  '''b\n  c''' # d",
            "name:@x|keyword:def|name:f|string:'''b|string:  c'''|comment:# d",
        ),
        ("python", "f'it' + Name", "string:'it'|name:Name"),
        ("c", "/* a\n b */ int c = 'd';", "comment:/* a|comment: b */|keyword:int|string:'d'"),
        ("sh", "echo \"$a\" 'b' $c # d", "keyword:echo|string:&quot;$a&quot;|string:'b'|name:$c|comment:# d"),
        ("sql", "SELECT count(*) FROM t -- x", "keyword:SELECT|name:count|keyword:FROM|comment:-- x"),
        ("css", "a { color: #fff; } /* b */", "name:color|comment:/* b */"),
        (
            "json",
            "{\"a\": \"b\", \"c\" : 1, \"d\": true}",
            "name:&quot;a&quot;|string:&quot;b&quot;|name:&quot;c&quot;|number:1|name:&quot;d&quot;|keyword:true",
        ),
        ("yaml", "a-b: it's https://c # d", "name:a-b|comment:# d"),
        ("toml", "a = 'b'", "name:a|string:'b'"),
        (
            "html",
            "<a b=\"c\n d\" e>f</a><!-- g -->",
            "keyword:a|name:b|string:&quot;c|string: d&quot;|name:e|keyword:a|comment:&lt;!-- g --&gt;",
        ),
        ("unknown", "let a = 1;", ""),
        ("", "let a = 1;", ""),
    ] {
        assert_eq!(tokens(language, code).join("|"), expected, "{language}: {code}");
    }
}

#[test]
fn a_difference_shows_what_went_and_what_came() {
    let mut html = String::new();
    Highlighter::new("diff").write(&mut html, "--- a\n@@ 1 @@\n-<b>\n+c\n d\n");
    assert_eq!(
        html,
        "<span class=\"comment\">--- a</span>\n<span class=\"name\">@@ 1 @@</span>\n<del>-&lt;b&gt;</del>\n<ins>+c</ins>\n d\n"
    );
}

#[test]
fn code_behind_the_limit_is_not_coloured_and_all_there() {
    let code = "if 1\n".repeat(super::LONGEST);
    let mut html = String::new();
    Highlighter::new("python").write(&mut html, &code);
    assert!(html.starts_with("<span class=\"keyword\">if</span>"));
    assert!(html.ends_with("if 1\nif 1\n"));
    let text = ["<span class=\"keyword\">", "<span class=\"number\">", "</span>"]
        .into_iter()
        .fold(html, |html, tag| html.replace(tag, ""));
    assert_eq!(text, code);
}
