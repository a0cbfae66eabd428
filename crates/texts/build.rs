//! Reads `texts/*.ftl`, holds the languages against English, and writes one method a message.

#[path = "src/compile.rs"]
mod compile;

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

/// The other languages: the code, and the name of the table.
const OTHERS: [(&str, &str); 2] = [("de", "GERMAN"), ("ar", "ARABIC")];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/compile.rs");
    println!("cargo::rerun-if-changed=texts");
    let english = read("en")?;
    let mut code = String::from("impl Texts {\n");
    for (position, message) in english.iter().enumerate() {
        writeln!(code, "{}", method(position, message))?;
    }
    writeln!(code, "}}\n\n/// How many messages there are.\npub(crate) const COUNT: usize = {};", english.len())?;
    for (language, name) in OTHERS {
        let templates = compile::like(&english, read(language)?, language)?;
        writeln!(
            code,
            "\n#[cfg(not(target_arch = \"wasm32\"))]\npub(crate) static {name}: [&str; COUNT] = {templates:?};"
        )?;
    }
    fs::write(Path::new(&env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("texts.rs"), code)?;
    Ok(())
}

fn read(language: &str) -> Result<Vec<compile::Message>, Box<dyn Error>> {
    let path = format!("texts/{language}.ftl");
    let source = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    Ok(compile::messages(language, &source)?)
}

/// The method of a message. The English words stand in it: they are in that part of the page's WebAssembly that says them.
fn method(position: usize, message: &compile::Message) -> String {
    let name = message.id.replace('-', "_");
    let (template, line) = (&message.template, &message.line);
    let documented = format!("    /// `texts/en.ftl`, line {line}: `{}`.", template.replace('`', "'"));
    if message.arguments.is_empty() {
        return format!(
            "{documented}\n    pub fn {name}(self) -> &'static str {{\n        self.plain({position}, {template:?})\n    }}\n"
        );
    }
    let (mut parameters, mut values) = (String::new(), Vec::new());
    for argument in &message.arguments {
        let name = argument.name.replace('-', "_");
        let (kind, value) = if argument.is_count { ("u32", "Count") } else { ("&str", "Words") };
        parameters += &format!(", {name}: {kind}");
        values.push(format!("Value::{value}({name})"));
    }
    format!(
        "{documented}\n    pub fn {name}(self{parameters}) -> String {{\n        self.filled({position}, {template:?}, &[{}])\n    }}\n",
        values.join(", ")
    )
}
