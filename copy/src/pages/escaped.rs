use aios_model::Timestamp;
use std::fmt::{Display, Formatter, Result, Write as _};

/// Foreign text on its way into markup: between tags, or into an attribute in quotation marks.
#[derive(Clone, Copy)]
pub(super) struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        for character in self.0.chars() {
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                other => formatter.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A moment: the day in UTC, until the page says it in the reader's own zone.
pub(super) fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    format!(r#"<time datetime="{text}">{}</time>"#, text.get(..10).unwrap_or_default())
}
