use super::with_dollars;

#[test]
fn dollar_signs_stand_around_formulas_and_nowhere_else() {
    for (text, expected) in [
        ("a \\( x_1 \\) b", "a $x_1$ b"),
        ("\\[\nx = \\frac{1}{2}\n\\]", "$$x = \\frac{1}{2}$$"),
        ("- a:\n  \\[ x \\].", "- a:\n  $$x$$."),
        ("see \\[1\\]", "see \\[1\\]"),
        ("\\[a\\](https://b)", "\\[a\\](https://b)"),
        ("\\\\(a\\\\)", "\\\\(a\\\\)"),
        ("`\\(a\\)` \\(b\\)", "`\\(a\\)` $b$"),
        ("- ```\n  \\(a\\)\n  ```", "- ```\n  \\(a\\)\n  ```"),
        ("\\(a $ b\\)", "\\(a \\$ b\\)"),
        ("\\( a", "\\( a"),
        ("\\(\\)", "\\(\\)"),
        ("é\\", "é\\"),
        ("$$\na\n- b % why\n= c\n$$", "$$a - b = c$$"),
        ("$$\n5\\% \\\\\nb\n$$ and", "$$5\\% \\\\ b$$ and"),
        ("$a$ and $b_1$-th", "$a$ and $b_1$-th"),
        ("$5 and $10", "\\$5 and \\$10"),
        ("**$5** or **$6** or $7", "**\\$5** or **\\$6** or \\$7"),
        ("$5-$10, where $x$ is", "\\$5-\\$10, where $x$ is"),
        ("US$5, C$7", "US\\$5, C\\$7"),
        ("$HOME/bin:$PATH is", "\\$HOME/bin:\\$PATH is"),
        ("$a `$b` $c$", "\\$a `$b` $c$"),
        ("\\$a$ b$", "\\$a\\$ b\\$"),
        ("$a\\$b$", "$a\\$b$"),
        ("<a href=\"$b\">$5</a> $6", "<a href=\"$b\">\\$5</a> \\$6"),
        ("$ x $ y", "\\$ x \\$ y"),
        ("$a\n\nb$", "\\$a\n\nb\\$"),
        ("one $", "one $"),
    ] {
        let dollars = with_dollars(text, false);
        assert_eq!((&*dollars.text, dollars.is_open), (expected, false), "{text}");
    }
}

#[test]
fn a_formula_that_may_still_end_is_closed_where_the_text_ends() {
    for (text, expected) in [
        ("a \\(x * y_1", Some("a $x * y_1$")),
        ("a \\(x\\", Some("a $x$")),
        ("\\[\na\n- b", Some("$$a - b$$")),
        ("$$\na_1", Some("$$a_1$$")),
        ("$$a$", Some("$$a$$")),
        ("a\n\\[", Some("a\n")),
        ("$\\frac{1}{2", Some("$\\frac{1}{2$")),
        ("$5 and", None),
        ("`\\(a`", None),
        ("\\(a\n\nb", None),
        ("\\(a\\) b", None),
        ("see \\[1", None),
    ] {
        let dollars = with_dollars(text, true);
        assert_eq!(dollars.is_open.then_some(&*dollars.text), expected, "{text}");
    }
}
