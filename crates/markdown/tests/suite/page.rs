//! What a browser makes of the HTML.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Elements and their attributes; nothing else may appear.
const ALLOWED: &[(&str, &[&str])] = &[
    ("a", &["class", "href", "id", "role", "aria-label", "rel", "target", "data-host", "title"]),
    ("blockquote", &["dir"]),
    ("br", &[]),
    ("code", &["class", "dir", "data-display"]),
    ("button", &["type", "data-code"]),
    ("del", &[]),
    ("div", &["class", "tabindex", "role", "aria-label", "id", "dir"]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &["class", "dir", "data-language"]),
    ("h3", &["dir"]),
    ("h4", &["dir"]),
    ("h5", &["dir"]),
    ("h6", &["dir"]),
    ("hr", &[]),
    ("img", &["src", "loading", "alt", "title"]),
    ("ins", &[]),
    ("input", &["type", "disabled", "checked", "aria-label"]),
    ("label", &[]),
    ("li", &["class"]),
    ("ol", &["start", "dir"]),
    ("p", &["class", "dir"]),
    ("pre", &["tabindex"]),
    ("span", &["class", "tabindex", "title"]),
    ("strong", &[]),
    ("sup", &[]),
    ("table", &["dir"]),
    ("tbody", &[]),
    ("td", &["class", "dir"]),
    ("th", &["class", "scope"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &["dir"]),
];

/// The same for formulas: nothing in them links, loads, styles or runs.
const ALLOWED_IN_FORMULAS: &[(&str, &[&str])] = &[
    ("annotation", &["encoding"]),
    ("math", &["display"]),
    ("mfrac", &["linethickness"]),
    ("mi", &["mathvariant"]),
    ("mn", &[]),
    ("mo", &["form", "stretchy", "lspace", "rspace", "minsize", "maxsize", "movablelimits"]),
    ("mover", &["accent"]),
    ("mphantom", &[]),
    ("mroot", &[]),
    ("mrow", &["class"]),
    ("mspace", &["width"]),
    ("msqrt", &[]),
    ("mstyle", &["displaystyle", "scriptlevel"]),
    ("msub", &[]),
    ("msubsup", &[]),
    ("msup", &[]),
    ("mtable", &["class", "displaystyle", "scriptlevel"]),
    ("mtd", &["class"]),
    ("mtext", &[]),
    ("mtr", &["class"]),
    ("munder", &["accentunder"]),
    ("munderover", &[]),
    ("semantics", &[]),
];

/// Checks HTML that was made from `source`: only elements and attributes of the list, addresses of allowed kinds, and
/// so well formed that a browser's parser repairs nothing (a repaired page is not the one that was checked, and does
/// not hydrate).
pub(crate) fn check(html: &str, source: &str) {
    let body = QualName::new(None, ns!(html), local_name!("body"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), body, vec![], false).one(html);
    let document = dom.document.children.borrow();
    let mut parsed = String::new();
    for node in document[0].children.borrow().iter() {
        write(node, &mut parsed, source);
    }
    assert_eq!(parsed, html, "repaired by the parser; made from {source:?}");
}

fn write(node: &Handle, out: &mut String, source: &str) {
    match &node.data {
        NodeData::Text { contents } => escape(&contents.borrow(), out),
        NodeData::Element { name, attrs, .. } => {
            let is_formula = name.ns == ns!(mathml);
            assert!(is_formula || name.ns == ns!(html), "{source:?}");
            let tag = &*name.local;
            let (_, allowed) = if is_formula { ALLOWED_IN_FORMULAS } else { ALLOWED }
                .iter()
                .find(|(allowed, _)| *allowed == tag)
                .unwrap_or_else(|| panic!("element {tag} from {source:?}"));
            out.push('<');
            out.push_str(tag);
            for attribute in attrs.borrow().iter() {
                let (name, value) = (&*attribute.name.local, &*attribute.value);
                assert!(allowed.contains(&name), "attribute {name} of {tag} from {source:?}");
                check_value(tag, name, value, source);
                out.push_str(&format!(" {name}=\""));
                escape(value, out);
                out.push('"');
            }
            out.push('>');
            if !["br", "hr", "img", "input"].contains(&tag) {
                for child in node.children.borrow().iter() {
                    write(child, out, source);
                }
                out.push_str(&format!("</{tag}>"));
            }
        }
        other => panic!("{other:?} from {source:?}"),
    }
}

fn check_value(tag: &str, name: &str, value: &str, source: &str) {
    let is_word = |value: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || "+#-._".contains(c));
    let is_allowed = match name {
        "href" => {
            let lower = value.to_ascii_lowercase();
            let is_here = value.starts_with('#') || value.starts_with('/') && !value.starts_with("//");
            let is_elsewhere = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
            value.chars().all(|c| c.is_ascii_graphic() && !"\"'<>\\`".contains(c)) && (is_here || is_elsewhere)
        }
        "src" => value.starts_with("/media/") && !value.contains("..") && is_word(&value.replace('/', "")),
        "id" => value.starts_with("user-content-") && is_word(value),
        "class" | "data-language" => is_word(value),
        "start" | "tabindex" => value.parse::<u32>().is_ok(),
        "width" | "lspace" | "rspace" | "minsize" | "maxsize" | "linethickness" => {
            let number = value.strip_suffix("em").unwrap_or(value);
            number == "0"
                || value.ends_with("em") && number.parse::<f32>().is_ok_and(|width| (0.0..3.0).contains(&width))
        }
        "stretchy" | "movablelimits" | "displaystyle" | "accent" | "accentunder" => ["true", "false"].contains(&value),
        "scriptlevel" => ["0", "1", "2"].contains(&value),
        "form" => ["prefix", "postfix"].contains(&value),
        "mathvariant" => value == "normal",
        "display" => value == "block",
        "encoding" => value == "application/x-tex",
        "dir" => ["auto", "ltr"].contains(&value),
        "target" => value == "_blank",
        "rel" => value == "noopener noreferrer nofollow ugc",
        "type" => [("input", "checkbox"), ("button", "button")].contains(&(tag, value)),
        "data-code" => ["copy", "save"].contains(&value),
        _ => true,
    };
    assert!(is_allowed, "{tag} {name}={value:?} from {source:?}");
}

fn escape(text: &str, out: &mut String) {
    out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"));
}
