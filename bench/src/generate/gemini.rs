use super::{
    Output,
    text::{Author, date_time},
};
use serde_json::json;
use std::io::{self, Write};

/// Writes My Activity: a list of prompts, each with its answer as HTML.
pub fn write(output: &mut Output<impl Write>, author: &mut Author) -> io::Result<u64> {
    output.raw("[")?;
    let mut count = 0;
    while !output.is_full() {
        author.begin();
        let prompts = author.random.usize(1..6);
        let address = author.chance(70).then(|| format!("https://gemini.google.com/app/{}", author.hexadecimal(16)));
        for _ in 0..prompts {
            let title = format!("Prompted {}", author.question().trim());
            let time = date_time(author.time());
            let mut row = json!({ "header": "Gemini Apps", "title": title, "time": time, "products": ["Gemini Apps"],
                "activityControls": ["Gemini Apps Activity"], "safeHtmlItem": [{ "html": answer(author) }] });
            if let Some(address) = &address {
                row["details"] = json!([{ "name": "Conversation", "url": address }]);
            }
            if author.chance(10) {
                row["subtitles"] =
                    json!([{ "name": "Attached 1 file." }, { "name": "-  photo.png", "url": author.address() }]);
            }
            output.value(&row)?;
        }
        count += 1;
    }
    output.raw("]")?;
    Ok(count)
}

fn answer(author: &mut Author) -> String {
    let mut html = String::new();
    for _ in 0..author.random.usize(2..8) {
        match author.random.u32(0..6) {
            0 => html.push_str(&format!("<h3>{}</h3>", author.words(4))),
            1 => html.push_str(&format!(
                "<ul><li><strong>{}</strong>: {}</li><li>{}</li></ul>",
                author.words(2),
                author.prose(1),
                author.prose(2)
            )),
            2 => {
                let code = author.code().replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
                html.push_str(&format!("<pre><code>{code}</code></pre>"));
            }
            _ => html.push_str(&format!(
                "<p>{} <a href=\"{}\">{}</a></p>",
                author.prose(4),
                author.address(),
                author.words(2)
            )),
        }
    }
    html
}
