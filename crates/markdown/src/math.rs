//! Formulas: the one place that knows how TeX is shown.

use crate::escape::escape;

/// Appends a formula as its TeX source; `display` for one that stands on its own line.
pub(crate) fn write_math(out: &mut String, tex: &str, display: bool) {
    out.push_str(if display {
        "<code class=\"math\" dir=\"ltr\" data-display=\"\">"
    } else {
        "<code class=\"math\" dir=\"ltr\">"
    });
    escape(out, tex);
    out.push_str("</code>");
}
