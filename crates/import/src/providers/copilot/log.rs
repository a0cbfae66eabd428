//! The log of changes in which VS Code keeps a session since 2026, replayed as VS Code itself does (`objectMutationLog.ts`):
//!
//! ```text
//! {"kind":0,"v":{…}}                       the whole session; all before is void
//! {"kind":1,"k":["requests",0,"vote"],"v":1}   set; without "v", delete
//! {"kind":2,"k":["requests"],"v":[…],"i":1}    cut the list off at "i", if there is one, and append
//! {"kind":3,"k":["customTitle"]}           delete
//! ```
//!
//! Where VS Code gives the whole session up, for a change that does not fit or a missing beginning, the rest is kept here.

use super::convert_state;
use crate::{
    elements::MAXIMUM_ELEMENT,
    provider::{Collector, Context},
};
use aios_model::Conversation;
use serde_json::{Map, Value};
use std::fmt;

/// How far behind the end of a list a change may reach.
const MAXIMUM_GAP: usize = 10_000;

/// How deep a change may reach; VS Code's reach to 5.
const MAXIMUM_DEPTH: usize = 32;

/// How many changes that do not fit are reported one by one.
const MAXIMUM_FAULTS: u64 = 20;

/// Why a change could not be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    Path,
    Index,
    NoContainer,
    Size,
    NoObject,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Fault::Path => "it does not say what is changed",
            Fault::Index => "it reaches too far behind the end of a list",
            Fault::NoContainer => "there is no list or object where it reaches",
            Fault::Size => "the session would be larger than any is",
            Fault::NoObject => "it holds no session",
        })
    }
}

/// A session that is being replayed.
#[derive(Default)]
pub(super) struct Log {
    state: Option<Value>,
    /// Roughly what the state weighs in memory, in bytes.
    weight: usize,
    faults: u64,
}

impl Collector for Log {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let Value::Object(mut entry) = crate::json::from_slice(element)? else { return Ok(false) };
        let Some(kind @ 0..=3) = entry.get("kind").and_then(Value::as_u64) else { return Ok(false) };
        let value = entry.remove("v");
        if let Err(fault) = self.apply(kind, &entry, value, context) {
            self.faults += 1;
            if self.faults <= MAXIMUM_FAULTS {
                context.notes.warnings.push(format!(
                    "A change of the session could not be made: {fault}. It was left out, and the rest was kept."
                ));
            }
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended {
            return None;
        }
        let state = self.state.take()?;
        if self.faults > MAXIMUM_FAULTS {
            let more = self.faults - MAXIMUM_FAULTS;
            context.notes.warnings.push(format!("{more} more changes of the session could not be made."));
        }
        convert_state(&state, context.notes)
    }

    fn beside(&self) -> &'static str {
        "a log of changes without a chat session"
    }
}

impl Log {
    fn apply(
        &mut self,
        kind: u64,
        entry: &Map<String, Value>,
        value: Option<Value>,
        context: &mut Context<'_>,
    ) -> Result<(), Fault> {
        if kind == 0 {
            let value = value.filter(Value::is_object).ok_or(Fault::NoObject)?;
            self.weight = weight(&value);
            self.state = Some(value);
            return Ok(());
        }
        let Some(Value::Array(path)) = entry.get("k") else { return Err(Fault::Path) };
        let (last, above) = path.split_last().ok_or(Fault::Path)?;
        if path.len() > MAXIMUM_DEPTH || !path.iter().all(|key| key.is_string() || key.is_u64()) {
            return Err(Fault::Path);
        }
        if self.state.is_none() {
            context.notes.warnings.push(
                "The beginning of the session is missing in this log: what was said in it later was kept.".to_owned(),
            );
        }
        let state = self.state.get_or_insert_with(|| {
            self.weight = size_of::<Value>();
            Value::Object(Map::new())
        });
        let added = value.as_ref().map_or(0, weight);
        if self.weight.saturating_add(added) > MAXIMUM_ELEMENT {
            return Err(Fault::Size);
        }
        // The places that are made on the way: they weigh little, but there may be 10,000 a step.
        let mut made = 0;
        let result = match (kind, value) {
            (1, Some(value)) => container(state, above, last, &mut made)
                .and_then(|container| place(container, last, &mut made))
                .map(|place| weight(&std::mem::replace(place, value))),
            (2, values) => container(state, above, last, &mut made)
                .and_then(|container| place(container, last, &mut made))
                .and_then(|place| push(place, values, entry.get("i"), &mut made)),
            _ => Ok(delete(state, path)),
        };
        self.weight =
            self.weight.saturating_add(made).saturating_add(added).saturating_sub(*result.as_ref().unwrap_or(&added));
        result.map(|_| ())
    }
}

/// The container that the last key of a path is a key of. What is missing on the way is made.
fn container<'v>(
    state: &'v mut Value,
    above: &[Value],
    last: &Value,
    made: &mut usize,
) -> Result<&'v mut Value, Fault> {
    let mut at = state;
    for (depth, key) in above.iter().enumerate() {
        at = place(at, key, made)?;
        if at.is_null() {
            let next = above.get(depth + 1).unwrap_or(last);
            *at = if next.is_u64() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
    }
    Ok(at)
}

/// The value under a key, made if it is missing.
fn place<'v>(container: &'v mut Value, key: &Value, made: &mut usize) -> Result<&'v mut Value, Fault> {
    match container {
        Value::Object(object) => {
            let name = name(key);
            if !object.contains_key(&name) {
                *made += key_weight(&name) + size_of::<Value>();
            }
            Ok(object.entry(name).or_insert(Value::Null))
        }
        Value::Array(list) => {
            let index = index(key).ok_or(Fault::NoContainer)?;
            if index >= list.len() {
                let gap = index - list.len();
                if gap > MAXIMUM_GAP {
                    return Err(Fault::Index);
                }
                *made += (gap + 1) * size_of::<Value>();
                list.resize(index + 1, Value::Null);
            }
            Ok(&mut list[index])
        }
        _ => Err(Fault::NoContainer),
    }
}

/// A key as JavaScript has it in objects.
fn name(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}

/// A key as JavaScript has it in lists.
fn index(key: &Value) -> Option<usize> {
    let number = key.as_u64().or_else(|| key.as_str()?.parse().ok())?;
    usize::try_from(number).ok()
}

/// Cuts the list off at `from`, if that is given, and appends. Returns the weight of what was cut off.
fn push(place: &mut Value, values: Option<Value>, from: Option<&Value>, made: &mut usize) -> Result<usize, Fault> {
    let values = match values {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values,
        Some(_) => return Err(Fault::Path),
    };
    // What is nothing to JavaScript gives way to a list.
    if matches!(place, Value::Null | Value::Bool(false)) || *place == 0 || *place == "" {
        *place = Value::Array(Vec::new());
    }
    let Value::Array(list) = place else { return Err(Fault::NoContainer) };
    let mut cut = 0;
    if let Some(from) = from.filter(|from| !from.is_null()) {
        let from = index(from).ok_or(Fault::Index)?;
        let gap = from.saturating_sub(list.len());
        if gap > MAXIMUM_GAP {
            return Err(Fault::Index);
        }
        *made += gap * size_of::<Value>();
        cut = list.iter().skip(from).map(weight).sum();
        list.resize(from, Value::Null);
    }
    list.extend(values);
    Ok(cut)
}

/// Removes what is under a path. Returns its weight.
fn delete(state: &mut Value, path: &[Value]) -> usize {
    let Some((last, above)) = path.split_last() else { return 0 };
    let mut at = state;
    for key in above {
        let next = match at {
            Value::Object(object) => object.get_mut(&name(key)),
            Value::Array(list) => index(key).and_then(|index| list.get_mut(index)),
            _ => None,
        };
        let Some(next) = next else { return 0 };
        at = next;
    }
    match at {
        Value::Object(object) => {
            let name = name(last);
            object.remove(&name).map_or(0, |value| key_weight(&name) + weight(&value))
        }
        // The place stays.
        Value::Array(list) => index(last)
            .and_then(|index| list.get_mut(index))
            .map_or(0, |value| weight(&std::mem::take(value)) - size_of::<Value>()),
        _ => 0,
    }
}

/// Roughly what a key of an object takes of memory, in bytes.
fn key_weight(key: &str) -> usize {
    key.len() + 2 * size_of::<String>()
}

/// Roughly what a value takes of memory, in bytes.
fn weight(value: &Value) -> usize {
    let mut sum = 0;
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        sum += size_of::<Value>();
        match value {
            Value::String(text) => sum += text.len(),
            Value::Array(list) => rest.extend(list),
            Value::Object(object) => {
                sum += object.keys().map(|key| key_weight(key)).sum::<usize>();
                rest.extend(object.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    sum
}

#[cfg(test)]
mod tests;
