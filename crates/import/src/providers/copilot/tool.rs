use super::{
    response::RawPart,
    target::{Pointer, Target, with_names},
};
use crate::{
    lenient::{Flag, Json, Key, List, Text, TextOr, lenient_object},
    providers::local::list_or_object,
};
use aios_model::Part;
use serde::{Deserialize, Deserializer, de};
use std::fmt;

lenient_object! {
    /// What a tool was asked and what it answered, in one of the forms that VS Code has for it; `kind` tells which.
    struct RawSpecific<'de> {
        "commandLine" => command_line: RawCommandLine<'de>,
        "command" => command: Text<'de>,
        "terminalCommandOutput" => terminal_output: RawTextOutput<'de>,
        "rawInput" => raw_input: Json,
        "todoList" => todo_list: List<RawTodo<'de>>,
        "description" => description: Text<'de>,
        "prompt" => prompt: Text<'de>,
        "result" => result: Text<'de>,
        "input" => input: Text<'de>,
        "output" => output: Text<'de>,
        "values" => values: List<Pointer<'de>>,
    }
}

lenient_object! {
    struct RawCommandLine<'de> {
        "original" => original: Text<'de>,
        "userEdited" => user_edited: Text<'de>,
        "toolEdited" => tool_edited: Text<'de>,
    }
}

lenient_object! {
    struct RawTextOutput<'de> {
        "text" => text: Text<'de>,
    }
}

lenient_object! {
    struct RawTodo<'de> {
        "title" => title: Text<'de>,
        "status" => status: Text<'de>,
    }
}

/// What the tool answered: files it found, or what went in and came out.
#[derive(Default)]
pub(crate) struct Details<'de> {
    files: Vec<Pointer<'de>>,
    exchange: RawExchange<'de>,
}

lenient_object! {
    struct RawExchange<'de> {
        "input" => input: Text<'de>,
        "output" => output: OneOrMany<'de>,
        "isError" => is_error: Flag,
    }
}

/// A piece of output, or several.
#[derive(Default)]
pub(crate) struct OneOrMany<'de>(Vec<RawOutput<'de>>);

lenient_object! {
    struct RawOutput<'de> {
        "value" => value: Text<'de>,
        "mimeType" => media_type: Text<'de>,
        "isText" => is_text: Flag,
        "base64Data" => data: Text<'de>,
        "uri" => uri: Pointer<'de>,
    }
}

list_or_object!(Details,
    files => Details { files, exchange: RawExchange::default() },
    exchange => Details { files: Vec::new(), exchange });
list_or_object!(OneOrMany, many => OneOrMany(many), one => OneOrMany(vec![one]));

/// A call of a tool as the model made it: more exact than what VS Code shows of it.
pub(super) struct Call<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub arguments: &'a str,
    pub output: Option<&'a str>,
}

impl Call<'_> {
    /// Whether VS Code may well call the tool of this call so: `copilot_readFile` is `read_file` to the model.
    pub fn is_of(&self, tool_id: &str) -> bool {
        let plain = |name: &str| -> String {
            let name = name.strip_prefix("copilot_").or(name.strip_prefix("vscode_")).unwrap_or(name);
            name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
        };
        let (one, other) = (plain(self.name), plain(tool_id));
        one.starts_with(&other) || other.starts_with(&one)
    }
}

/// A run of a tool: the call, and the result if there is one.
pub(super) fn convert(part: &RawPart<'_>, call: Option<&Call<'_>>, parts: &mut Vec<Part>) {
    let specific = &part.tool_specific;
    let exchange = &part.result_details.exchange;
    let id = part.tool_call_id.owned();
    let line = &specific.command_line;
    let command = [&line.tool_edited, &line.original, &specific.command];
    let input = exchange
        .input
        .owned()
        // What was run, not what the model asked for.
        .or_else(|| line.user_edited.owned())
        .or_else(|| call.map(|call| call.arguments.to_owned()).filter(|arguments| !arguments.trim().is_empty()))
        .or_else(|| specific.raw_input.0.clone())
        .or_else(|| command.into_iter().find_map(Text::owned))
        .or_else(|| specific.prompt.owned())
        .or_else(|| specific.input.owned())
        .or_else(|| todo_list(&specific.todo_list.0))
        .or_else(|| specific.description.owned())
        .unwrap_or_else(|| with_names(words(&part.invocation_message)));
    let name = part.tool_id.filled().unwrap_or("tool").to_owned();
    parts.push(Part::ToolCall { id: id.clone(), name: name.clone(), input });

    let mut pictures = Vec::new();
    let mut output: Vec<String> = Vec::new();
    for piece in &exchange.output.0 {
        let media_type = piece.media_type.owned();
        let is_data = piece.data.filled().is_some() || (media_type.is_some() && !piece.is_text.set());
        if is_data && media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")) {
            let reference = Target::of(&piece.uri).map(|target| target.name).or_else(|| id.clone());
            let reference = reference.unwrap_or_else(|| name.clone());
            pictures.push(Part::Image { reference, media_type, description: None });
        } else if is_data {
            output.extend(media_type.map(|kind| format!("[{kind}]")));
        } else {
            output.extend(piece.value.owned().or_else(|| Target::of(&piece.uri).map(Target::line)));
        }
    }
    let files = part.result_details.files.iter().chain(&specific.values.0);
    output.extend(files.filter_map(Target::of).map(Target::line));
    let texts = [&specific.terminal_output.text, &specific.result, &specific.output];
    output.extend(texts.into_iter().filter_map(Text::owned));
    if output.is_empty() {
        output.extend(call.and_then(|call| call.output).map(str::to_owned));
    }
    if output.is_empty() {
        output.extend(part.result_error.0.clone());
    }
    if output.is_empty() {
        let sentence = with_names(words(&part.past_tense_message));
        output.extend((!sentence.trim().is_empty()).then_some(sentence));
    }
    let confirmed = part.is_confirmed.0.as_deref();
    let denied = confirmed.is_some_and(|reason| reason == "false" || reason.contains(r#""type":0"#));
    let failed = exchange.is_error.set() || part.result_error.0.as_deref().is_some_and(|error| error != "false");
    if !output.is_empty() || denied || failed {
        let error = denied || failed;
        parts.push(Part::ToolResult { id, name: Some(name), output: output.join("\n"), error });
    }
    parts.append(&mut pictures);
}

fn todo_list(todos: &[RawTodo<'_>]) -> Option<String> {
    let line = |todo: &RawTodo<'_>| {
        let mark = if todo.status.as_str() == "completed" { 'x' } else { ' ' };
        format!("- [{mark}] {}", todo.title.as_str())
    };
    (!todos.is_empty()).then(|| todos.iter().map(line).collect::<Vec<_>>().join("\n"))
}

lenient_object! {
    struct RawMarkdown<'de> {
        "value" => value: Text<'de>,
    }
}

/// Markdown, as VS Code writes it: text, or text in an object.
pub(super) type Markdown<'de> = TextOr<'de, RawMarkdown<'de>>;

/// The words of markdown.
pub(super) fn words<'a>(markdown: &'a Markdown<'_>) -> &'a str {
    match markdown {
        TextOr::Text(text) => text,
        TextOr::Other(markdown) => markdown.value.as_str(),
        TextOr::Nothing => "",
    }
}

/// The words that the model was given as the answer of a tool: text, or a tree with text in its leaves.
#[derive(Default)]
pub(crate) struct Words(pub String);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        let mut words = Words::default();
        de::DeserializeSeed::deserialize(Leaves(&mut words.0), deserializer)?;
        Ok(words)
    }
}

/// Adds the words of the value that it meets. How deep it goes is bounded by the deserializer.
struct Leaves<'a>(&'a mut String);

impl<'de> de::DeserializeSeed<'de> for Leaves<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Leaves<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Leaves(self.0))?.is_some() {}
        Ok(())
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let begin = self.0.len();
        let mut line_break = false;
        while let Some(Key(key)) = object.next_key()? {
            match &*key {
                "value" | "node" | "children" | "text" | "content" => object.next_value_seed(Leaves(self.0))?,
                "lineBreakBefore" => line_break = object.next_value::<Flag>()?.set(),
                _ => {
                    object.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        if line_break && begin > 0 && !self.0[..begin].ends_with('\n') {
            self.0.insert(begin, '\n');
        }
        Ok(())
    }
}
