//! Code blocks.

use crate::escape::escape;
use crate::highlight::Highlighter;
use crate::options::Options;

/// Appends a code block.
pub(crate) fn write_code(out: &mut String, language: &str, code: &str, options: &Options) {
    write_start(out, language, options);
    Highlighter::new(language).write(out, code);
    out.push_str(END);
}

/// What stands behind the code.
pub(crate) const END: &str = "</code></pre></figure>";

/// Appends what stands before the code.
///
/// The code runs left to right in every language, and the block can be scrolled by keyboard. Wrapping lines needs no script: the box
/// says by itself whether it is ticked.
pub(crate) fn write_start(out: &mut String, language: &str, options: &Options) {
    out.push_str("<figure class=\"code\" dir=\"ltr\"");
    if !language.is_empty() {
        out.push_str(" data-language=\"");
        out.push_str(language);
        out.push('"');
    }
    out.push('>');
    if options.code_actions {
        let labels = options.labels;
        out.push_str("<figcaption><label><input type=\"checkbox\">");
        escape(out, labels.wrap_code);
        out.push_str("</label><button type=\"button\" data-code=\"copy\">");
        escape(out, labels.copy_code);
        out.push_str("</button><button type=\"button\" data-code=\"save\">");
        escape(out, labels.save_code);
        out.push_str("</button></figcaption>");
    }
    out.push_str("<pre tabindex=\"0\"><code");
    if !language.is_empty() {
        out.push_str(" class=\"language-");
        out.push_str(language);
        out.push('"');
    }
    out.push('>');
}

/// The language from what follows a fence: its first word, in lower case, with only what names of languages have
/// (`c++`, `objective-c`, `asp.net`), and empty if there is none.
pub(crate) fn language(info: &str) -> String {
    const LONGEST: usize = 32;
    let word = info.split([' ', '\t', ',', '{', ':']).find(|word| !word.is_empty()).unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"+#-._".contains(byte);
    word.bytes().filter(is_name).take(LONGEST).map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn a_language_is_a_plain_word() {
        for (info, expected) in [
            ("Rust", "rust"),
            ("c++ title=\"a\"", "c++"),
            ("{.python}", ".python"),
            ("rust,ignore", "rust"),
            ("js\" onload=\"x", "js"),
            ("\"><script>", "script"),
            ("", ""),
            ("日本", ""),
        ] {
            assert_eq!(language(info), expected, "{info}");
        }
    }
}
