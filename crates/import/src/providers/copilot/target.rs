use crate::{
    lenient::{Text, TextOr, lenient_object},
    providers::local::basename,
};
use memchr::memmem;

lenient_object! {
    /// What something points to: a URI, a place in a file, a symbol, or a variable. Which fields are there tells which.
    struct RawTarget<'de> {
        "external" => external: Text<'de>,
        "path" => path: Text<'de>,
        "fsPath" => fs_path: Text<'de>,
        "scheme" => scheme: Text<'de>,
        "authority" => authority: Text<'de>,
        "query" => query: Text<'de>,
        "name" => name: Text<'de>,
        "uri" => uri: Pointer<'de>,
        "location" => location: Pointer<'de>,
        "variableName" => variable: Text<'de>,
        "value" => value: Pointer<'de>,
    }
}

/// A target, or an address as text.
pub(super) type Pointer<'de> = TextOr<'de, Box<RawTarget<'de>>>;

lenient_object! {
    /// Lines of a file, counted from 1.
    struct RawRange<'de> {
        "startLineNumber" => start: Text<'de>,
        "endLineNumber" => end: Text<'de>,
    }
}

/// What a pointer points to, as far as it may be shown.
pub(super) struct Target {
    /// The name of the file without its folders, of the symbol, or of the site.
    pub name: String,
    /// Its address in the web.
    pub url: Option<String>,
}

impl Target {
    /// What a pointer points to; `None` if it points to nothing.
    pub fn of(pointer: &Pointer<'_>) -> Option<Target> {
        let mut symbol = None;
        let mut next = pointer;
        loop {
            let target = match next {
                TextOr::Text(address) => return Target::at(symbol, address),
                TextOr::Nothing => return symbol.map(|name: &str| Target { name: name.to_owned(), url: None }),
                TextOr::Other(target) => target,
            };
            symbol = symbol.or(target.name.filled()).or(target.variable.filled());
            let path = target.path.filled().or(target.fs_path.filled());
            if matches!(target.scheme.as_str(), "http" | "https") {
                let built = || {
                    let query = target.query.filled().map(|query| format!("?{query}")).unwrap_or_default();
                    format!("{}://{}{}{query}", target.scheme.as_str(), target.authority.as_str(), path.unwrap_or("/"))
                };
                return Target::at(symbol, &target.external.owned().unwrap_or_else(built));
            }
            if let Some(path) = path.or(target.external.filled()) {
                return Target::at(symbol, path);
            }
            next = [&target.uri, &target.location]
                .into_iter()
                .find(|inner| !matches!(inner, TextOr::Nothing))
                .unwrap_or(&target.value);
        }
    }

    fn at(name: Option<&str>, address: &str) -> Option<Target> {
        let url = (address.starts_with("https://") || address.starts_with("http://")).then(|| address.to_owned());
        let name = match (name, &url) {
            (Some(name), _) => name.to_owned(),
            (None, Some(url)) => url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned(),
            (None, None) => basename(address),
        };
        (!name.is_empty()).then_some(Target { name, url })
    }

    /// What an answer leans on: no place inside VS Code, such as a setting.
    pub fn of_source(pointer: &Pointer<'_>) -> Option<Target> {
        match pointer {
            TextOr::Other(target) if matches!(target.scheme.as_str(), "vscode" | "vscode-userdata") => None,
            pointer => Target::of(pointer),
        }
    }

    /// As a piece of a sentence in markdown.
    pub fn inline(&self) -> String {
        match &self.url {
            Some(url) => format!("[{}](<{}>)", self.name.replace(['[', ']', '\\'], ""), url.replace(['<', '>'], "")),
            None => code(&self.name),
        }
    }

    /// As a line of text.
    pub fn line(self) -> String {
        self.url.unwrap_or(self.name)
    }
}

/// Text as code inside a sentence, whatever backticks are in it.
fn code(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    if longest == 0 { format!("`{text}`") } else { format!("{ticks} {text} {ticks}") }
}

/// A sentence about files, in which links to files on the person's machine (`[](file:///home/…/a.rs)`, mostly without a label) are names.
pub(super) fn with_names(sentence: &str) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(begin) = rest.find('[') {
        let link = &rest[begin + 1..];
        let parts = split_within(link, b"](", 256).and_then(|(label, after)| {
            let (address, after) = split_within(after, b")", 4096)?;
            (!label.contains(['[', ']'])).then_some((label, address, after))
        });
        let (address_is_local, label, address, after) = match parts {
            Some((label, address, after)) => (!address.starts_with("http"), label, address, after),
            None => (false, "", "", link),
        };
        if address_is_local {
            text.push_str(&rest[..begin]);
            let address = address.split(['#', '?']).next().unwrap_or(address);
            text.push_str(&if label.is_empty() { code(&basename(address)) } else { label.to_owned() });
            rest = after;
        } else {
            text.push_str(&rest[..=begin]);
            rest = link;
        }
    }
    text.push_str(rest);
    text
}

/// The text before and behind a mark, if it is among the first bytes: however often it is looked for in vain, that takes no long time.
fn split_within<'a>(text: &'a str, mark: &[u8], bytes: usize) -> Option<(&'a str, &'a str)> {
    let at = memmem::find(&text.as_bytes()[..text.len().min(bytes)], mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::{Pointer, Target, with_names};

    fn target(json: &str) -> Option<(String, Option<String>)> {
        let pointer: Pointer<'_> = serde_json::from_str(json).unwrap();
        Target::of(&pointer).map(|target| (target.name, target.url))
    }

    #[test]
    fn pointers_show_names_without_folders_and_addresses_of_the_web_only() {
        let name = |json| target(json).unwrap().0;
        assert_eq!(name(r#""file:///home/someone/a%20b.rs""#), "a b.rs");
        assert_eq!(name(r#"{"$mid":1,"fsPath":"C:\\Users\\x\\y.ts","scheme":"file"}"#), "y.ts");
        assert_eq!(name(r#"{"uri":{"path":"/home/x/y.ts"},"range":{}}"#), "y.ts");
        assert_eq!(name(r#"{"name":"main","location":{"uri":{"path":"/home/x/y.ts"}}}"#), "main");
        assert_eq!(name(r#"{"variableName":"file","value":{"path":"/home/x/y.ts"}}"#), "file");
        let (name, url) = target(r#"{"scheme":"https","authority":"example.org","path":"/a","query":"b"}"#).unwrap();
        assert_eq!((name.as_str(), url.as_deref()), ("example.org/a?b", Some("https://example.org/a?b")));
        assert!(target("{}").is_none() && target("[1]").is_none());
    }

    #[test]
    fn links_to_files_in_a_sentence_become_names() {
        assert_eq!(with_names("Read [](file:///Users/x/a.md#1-1), lines 1 to 5"), "Read `a.md`, lines 1 to 5");
        assert_eq!(
            with_names("See [the file](file:///x) or [it](https://a.b) [x] [](é"),
            "See the file or [it](https://a.b) [x] [](é"
        );
    }
}
