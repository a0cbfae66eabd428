//! What the interface says, in every language that it speaks.
//!
//! The words are in `texts/*.ftl`, in the syntax of [Project Fluent](https://projectfluent.org/fluent/guide/), which translators and their tools know.
//! The build reads them, refuses a language that says more, less or with other arguments than English does, and makes one method of [`Texts`] a message.
//!
//! In WebAssembly only English is there, each text in the function that says it, so that a part of the page that is loaded later brings its texts along.
//! Another language is one file of lines ([`file()`]), which is read once before anything is shown (`Texts::read`). Natively all languages are there.
//!
//! **Invariant:** nothing here is text from outside, and nothing but what is given as an argument gets into a text.

mod fill;
mod language;
mod numbers;

#[cfg(test)]
mod compile;
#[cfg(test)]
mod tests;

pub use self::{language::Language, numbers::grouped};
use fill::{Value, fill};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The texts of a language. In a browser that is always the language of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts {
    #[cfg(not(target_arch = "wasm32"))]
    language: Language,
}

/// The templates of a language other than English, in the order of English.
#[derive(Clone, Copy, Debug)]
struct Table {
    language: Language,
    templates: &'static [&'static str],
}

/// The texts of a language as a file: its code, and a text a line. They are in the order of the messages of this very build, which alone can read it.
#[cfg(not(target_arch = "wasm32"))]
pub fn file(language: Language) -> Option<String> {
    table(language).map(|table| format!("{}\n{}", language.code(), table.templates.join("\n")))
}

#[cfg(not(target_arch = "wasm32"))]
fn table(language: Language) -> Option<Table> {
    let templates: &[&str] = match language {
        Language::English => return None,
        Language::German => &GERMAN,
        Language::Arabic => &ARABIC,
    };
    Some(Table { language, templates })
}

#[cfg(not(target_arch = "wasm32"))]
impl Texts {
    /// The texts of a language.
    pub fn of(language: Language) -> Texts {
        Texts { language }
    }

    fn table(self) -> Option<Table> {
        table(self.language)
    }
}

#[cfg(target_arch = "wasm32")]
static OF_THIS_PAGE: std::sync::OnceLock<Table> = std::sync::OnceLock::new();

#[cfg(target_arch = "wasm32")]
impl Texts {
    /// Reads the file of a language, once and before anything is said. `false` if it is of another build: then nothing can be said in it.
    pub fn read(file: String) -> bool {
        let mut lines = String::leak(file).split('\n');
        let code = lines.next();
        let language = Language::ALL.into_iter().find(|language| code == Some(language.code()));
        let templates: Vec<&'static str> = lines.collect();
        match language.filter(|_| templates.len() == COUNT) {
            Some(language) => OF_THIS_PAGE.set(Table { language, templates: Vec::leak(templates) }).is_ok(),
            None => false,
        }
    }

    fn table(self) -> Option<Table> {
        OF_THIS_PAGE.get().copied()
    }
}

impl Texts {
    /// The language.
    pub fn language(self) -> Language {
        self.table().map_or(Language::English, |table| table.language)
    }

    fn plain(self, position: usize, english: &'static str) -> &'static str {
        self.table().and_then(|table| table.templates.get(position).copied()).unwrap_or(english)
    }

    fn filled(self, position: usize, english: &'static str, values: &[Value]) -> String {
        fill(self.plain(position, english), values, self.language())
    }
}
