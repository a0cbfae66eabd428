//! Formulas.

use aios_markdown::{Open, Options, Stream, render};
use proptest::prelude::*;

use crate::page;

/// The elements of a formula within a line, without what is around them.
fn mathml(tex: &str) -> String {
    let html = render(&format!("${tex}$"));
    page::check(&html, tex);
    html.strip_prefix("<p dir=\"auto\"><math><semantics>")
        .and_then(|html| html.split_once("<annotation"))
        .map_or(html.clone(), |(formula, _)| formula.to_owned())
}

#[test]
fn a_formula_becomes_mathml_that_has_its_source() {
    assert_eq!(
        render("Euler: \\(e^{i\\pi} < 1\\)"),
        "<p dir=\"auto\">Euler: <math><semantics><mrow><msup><mi>e</mi><mrow><mi>i</mi><mi>π</mi></mrow></msup>\
         <mo>&lt;</mo><mn>1</mn></mrow><annotation encoding=\"application/x-tex\">e^{i\\pi} &lt; 1</annotation></semantics></math></p>"
    );
    assert_eq!(
        render("$$\nx\n- 2\n$$"),
        "<p dir=\"auto\"><span class=\"formula\" tabindex=\"0\"><math display=\"block\"><semantics><mrow><mi>x</mi><mo>−</mo>\
         <mn>2</mn></mrow><annotation encoding=\"application/x-tex\">x - 2</annotation></semantics></math></span></p>"
    );
    assert!(render("```math\nx^2\n```").starts_with("<p><span class=\"formula\""));
    assert!(render("```math\n\\unknown\n```").starts_with("<figure class=\"code\""));
}

#[test]
fn each_construction_has_its_elements() {
    let left = "<mo form=\"prefix\" stretchy=\"true\">";
    let right = "<mo form=\"postfix\" stretchy=\"true\">";
    for (tex, expected) in [
        ("\\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>".to_owned()),
        ("a \\over b", "<mfrac><mi>a</mi><mi>b</mi></mfrac>".into()),
        ("\\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>".into()),
        ("3.14", "<mn>3.14</mn>".into()),
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>".into()),
        ("f''", "<msup><mi>f</mi><mo>′′</mo></msup>".into()),
        ("\\sum_{i}^n", "<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>".into()),
        ("\\int_0^1", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>".into()),
        ("\\mathbb{R}", "<mi>ℝ</mi>".into()),
        ("\\mathrm{d}", "<mi mathvariant=\"normal\">d</mi>".into()),
        ("\\mathrm{Re}", "<mi>Re</mi>".into()),
        ("\\text{a \\& <b>}", "<mtext>a\u{a0}&amp;\u{a0}&lt;b&gt;</mtext>".into()),
        ("\\left(\\frac{a}{b}\\right.", format!("<mrow>{left}(</mo><mrow><mfrac><mi>a</mi><mi>b</mi></mfrac></mrow></mrow>")),
        ("\\binom{n}{k}", format!("<mrow>{left}(</mo><mfrac linethickness=\"0\"><mi>n</mi><mi>k</mi></mfrac>{right})</mo></mrow>")),
        (
            "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\\\ \\end{pmatrix}",
            format!("<mrow>{left}(</mo><mtable class=\"matrix\"><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>{right})</mo></mrow>"),
        ),
        ("\\hat x", "<mover accent=\"true\"><mi>x</mi><mo stretchy=\"false\">^</mo></mover>".into()),
        ("a \\\\ b", "<mtable class=\"stack\" displaystyle=\"true\"><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>".into()),
        ("\\not\\in", "<mo>∈\u{338}</mo>".into()),
        ("\\boxed{x}", "<mrow class=\"boxed\"><mi>x</mi></mrow>".into()),
        ("\\textcolor{red}{x}", "<mi>x</mi>".into()),
    ] {
        assert_eq!(mathml(tex), expected, "{tex}");
    }
}

/// From answers of models.
#[test]
fn what_models_write_is_read() {
    for tex in [
        "\\text{Attention}(Q, K, V) = \\text{softmax}\\left(\\frac{QK^\\top}{\\sqrt{d_k}}\\right)V",
        "\\begin{cases} x & \\text{if } x > 0 \\\\[4pt] -x & \\text{otherwise} \\end{cases}",
        "\\begin{aligned} a &= b + c \\\\ &\\quad + d \\tag{1} \\end{aligned}",
        "\\begin{align*} \\nabla \\cdot \\mathbf{E} &= \\frac{\\rho}{\\varepsilon_0} \\\\ \\nabla \\times \\vec{B} &= \\mu_0 \\mathbf{J} \\end{align*}",
        "\\underbrace{a+b}_{n \\text{ terms}} \\overset{!}{=} \\hat{\\theta}_{\\mathrm{MLE}} = \\arg\\max_{\\theta} \\mathcal{L}(\\theta)",
        "\\lim_{n \\to \\infty} \\left(1 + \\frac{1}{n}\\right)^n = e",
        "P(A \\mid B) = \\frac{P(B \\mid A)\\, P(A)}{P(B)}",
        "\\left[\\begin{array}{cc|c} 1 & 0 & 5 \\\\ \\hline 0 & 1 & 6 \\end{array}\\right]",
        "\\mathbb{E}_{x \\sim p}\\bigl[\\lVert f(x) \\rVert_2^2\\bigr] \\leq \\epsilon",
        "x \\equiv y \\pmod{n}, \\quad 100\\%, \\quad \\$5, \\quad 90^\\circ",
        "\\operatorname*{argmin}_{w} \\sum\\limits_{\\substack{i<n \\\\ i \\ne j}} \\lvert w_i \\rvert",
        "{n \\choose k} = \\dfrac{n!}{k!(n-k)!} \\iff \\displaystyle\\int_a^b f'(x)\\,dx",
        "A \\xrightarrow[T]{\\;k_1\\;} B \\rightleftharpoons C",
        "\\oint_{\\partial \\Sigma} \\mathbf{B} \\cdot d\\boldsymbol{\\ell} = \\mu_0 I_{\\text{enc}}",
        "\\ddot{x} + 2\\gamma\\dot{x} + \\omega_0^2 x = \\overline{z} \\cdot \\widetilde{AB} \\pm \\cancel{y}",
        "\\left.\\frac{df}{dx}\\right|_{x=0} \\Big( \\bigg/ \\Big)",
        "\\begin{equation} \\begin{split} a &= b \\end{split} \\end{equation}",
        "\\forall \\varepsilon > 0\\ \\exists \\delta : |x - a| < \\delta \\implies |f(x) - L| < \\varepsilon",
        "\\bf x + \\rm d \\tfrac{\\bf 1}{2} \\phantom{x} \\color{red} y",
    ] {
        assert!(mathml(tex).starts_with("<m"), "{tex}");
    }
}

#[test]
fn a_formula_that_cannot_be_read_stays_its_source() {
    let deep = "{".repeat(200) + &"}".repeat(200);
    let long = "x".repeat(9_000);
    for tex in [
        "\\unknown{x}",
        "\\href{javascript:alert(1)}{x}",
        "\\def\\a{\\a\\a}\\a",
        "\\newcommand{\\x}{\\x\\x}\\x",
        "\\begin{a} x \\end{b}",
        "\\begin{matrix} x",
        "\\left( x",
        "\\left x \\right)",
        "x^1^2",
        "x_1_2",
        "a & b",
        "\\style{x}{y}",
        "\\unicode{x3c}",
        "\\includegraphics{http://evil.example/a.png}",
        &"\\sqrt".repeat(400),
        &"\\left(".repeat(400),
        "\\displaystyle ".repeat(400).trim_end(),
        &deep,
        &long,
    ] {
        let escaped = tex.replace('&', "&amp;");
        assert_eq!(mathml(tex), format!("<p dir=\"auto\"><code class=\"math\" dir=\"ltr\">{escaped}</code></p>"));
    }
}

#[test]
fn a_formula_shows_its_source_until_it_is_whole() {
    let mut stream = Stream::new(Options::default());
    let source =
        |tex: &str| Open::Html(format!("<p dir=\"auto\">So <code class=\"math\" dir=\"ltr\">{tex}</code></p>"));
    assert_eq!(stream.push("So \\(").open, Open::Html("<p dir=\"auto\">So</p>".to_owned()));
    assert_eq!(stream.push("x * y").open, source("x * y"));
    assert_eq!(stream.push("_1 * \\fra").open, source("x * y_1 * \\fra"));
    assert_eq!(stream.push("c12\\").open, source("x * y_1 * \\frac12"));
    let Open::Html(html) = stream.push(")").open else { panic!("a formula is no code block") };
    assert!(html.contains("<mfrac>"), "{html}");
    assert_eq!(stream.finish().finished, [html]);
}

#[test]
fn lines_of_a_formula_begin_no_lists_and_headings() {
    for text in ["\\[\nx\n=\ny\n- 2\n+ 3\n\\]", "$$\nx\n===\n1. 2\n$$", "text\n$$\nx\n- 2\n$$ and more\n- item"] {
        let html = render(text);
        page::check(&html, text);
        assert!(html.contains("<math display=\"block\">"), "{html}");
        assert_eq!(html.matches("<li").count(), text.matches("item").count(), "{html}");
    }
}

/// Pieces of TeX, in any order.
fn tex() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "^",
        "_",
        "&",
        "\\\\",
        "\\",
        "'",
        "|",
        " ",
        "~",
        "%",
        "\n",
        "x",
        "1",
        "é",
        "\u{202e}",
        "\0",
        "<",
        ">",
        "\"",
        "\\frac",
        "\\sqrt",
        "\\left",
        "\\right",
        "\\middle",
        "\\begin{matrix}",
        "\\end{matrix}",
        "\\begin{aligned}",
        "\\end{aligned}",
        "\\begin{array}{l|r}",
        "\\end{array}",
        "\\hline",
        "\\text{a}",
        "\\text",
        "\\mathbf",
        "\\bf",
        "\\over",
        "\\displaystyle",
        "\\sum",
        "\\int",
        "\\sin",
        "\\max",
        "\\hat",
        "\\underbrace",
        "\\xrightarrow",
        "\\big",
        "\\Bigl",
        "\\not",
        "\\tag{1}",
        "\\substack{",
        "\\operatorname{",
        "\\operatorname*",
        "\\color{red}",
        "\\quad",
        "\\alpha",
        "\\Gamma",
        "\\to",
        "\\limits",
        "\\label{a}",
        "\\!",
        "\\{",
        "\\|",
        "\\pmod",
        "\\boxed",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_formula_is_listed_elements_and_well_formed(tex in tex()) {
        for text in [format!("${tex}$"), format!("$$\n{tex}\n$$"), format!("\\({tex}\\)"), format!("```math\n{tex}\n```")] {
            page::check(&render(&text), &text);
        }
    }
}
