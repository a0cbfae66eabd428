//! Leaves out functions that a module holds and never calls.
//!
//! Where types are erased, a table of functions stands for each type, and the linker cannot know which of its entries nobody ever calls.
//! Here they are told by their names. Each becomes a trap of the same length, so that nothing else in the code moves; the
//! splitter and wasm-opt then drop what only they needed.

use crate::error::Error;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use wasmparser::{KnownCustom, Name, Parser, Payload};

const UNREACHABLE: u8 = 0x00;
const END: u8 = 0x0b;

/// Functions of the page that are left out, as they are in its mangled names (v0: each part behind its length). A page that calls one of them after
/// all breaks, and with it the browser tests.
pub const OF_THE_PAGE: &[&str] = &[
    // The page is hydrated at once (`hydrate_body`): nothing asks a view to hydrate step by step, as the framework's lazy routes would, or out of a
    // template.
    "13hydrate_async",
    "21hydrate_from_template",
    // What is asked for the elements of a view, or copies attributes, adds attributes to a component from outside (`attr:`). No component here gets any.
    "8any_view8elements",
    "9Mountable8elements",
    "13into_any_attr5clone",
    // The list of all routes is the server's.
    "15generate_routes",
    // Server functions here answer at once, none with a stream.
    "12wasm_streams",
];

/// Replaces the body of each function whose name holds one of the parts by a trap. Each part has to be found.
///
/// # Errors
/// When the bytes are no module with names, or there is no function with a part in its name: then the list is out of date.
pub fn functions(path: &Path, mut module: Vec<u8>, parts: &[&str]) -> Result<Vec<u8>, Error> {
    let problem = |message: String| Error::Module { path: path.to_owned(), message };
    let bodies = bodies(&module, parts).map_err(|error| problem(error.to_string()))?;
    if let Some(missing) = parts.iter().zip(&bodies.found).find_map(|(part, found)| (!found).then_some(part)) {
        return Err(problem(format!("has no function with `{missing}` in its name; take it off the list")));
    }
    for body in &bodies.ranges {
        // No locals, then traps up to the end; the shortest body there is has these two bytes.
        if let Some((end, rest)) = module.get_mut(body.clone()).and_then(<[u8]>::split_last_mut) {
            rest.fill(UNREACHABLE);
            *end = END;
        }
    }
    let Some(relocations) = bodies.relocations else { return Ok(module) };
    let section =
        without(&module, &relocations, bodies.code, &bodies.ranges).map_err(|error| problem(error.to_string()))?;
    // From the byte that says which kind of section it is, over its length, to its end.
    let length = module.get(..relocations.start).map_or(0, |before| length_before(before, relocations.len()));
    module.splice(relocations.start - length..relocations.end, leb128(section.len() as u64).chain(section));
    Ok(module)
}

/// How many bytes right before a section hold its length, which linkers write in five bytes or in as many as it takes.
fn length_before(before: &[u8], length: usize) -> usize {
    let shortest = leb128(length as u64).count();
    (shortest..=5)
        .find(|count| {
            let start = before.len().saturating_sub(*count);
            let read = wasmparser::BinaryReader::new(&before[start..], 0).read_var_u32();
            read.is_ok_and(|read| read as usize == length)
                && before[start..before.len() - 1].iter().all(|byte| byte & 0x80 != 0)
        })
        .unwrap_or(shortest)
}

/// The section of relocations without those in some bodies: what was left out refers to nothing.
fn without(
    module: &[u8],
    section: &Range<usize>,
    code: usize,
    bodies: &[Range<usize>],
) -> Result<Vec<u8>, wasmparser::BinaryReaderError> {
    let mut reader = wasmparser::BinaryReader::new(&module[section.clone()], section.start);
    let name = reader.read_string()?;
    let content = section.start + reader.current_position();
    let entries =
        wasmparser::RelocSectionReader::new(wasmparser::BinaryReader::new(&module[content..section.end], content))?;
    let mut kept = Vec::new();
    let mut count = 0_u64;
    for entry in entries.entries() {
        let entry = entry?;
        let place = code + entry.offset as usize;
        // Bodies are in the order of their places.
        let next = bodies.partition_point(|body| body.end <= place);
        if bodies.get(next).is_some_and(|body| body.contains(&place)) {
            continue;
        }
        count += 1;
        kept.push(entry.ty as u8);
        kept.extend(leb128(entry.offset.into()).chain(leb128(entry.index.into())));
        if entry.ty.addend_kind() != wasmparser::RelocAddendKind::None {
            kept.extend(signed_leb128(entry.addend));
        }
    }
    let head = leb128(name.len() as u64).chain(name.bytes());
    let head = head.chain(leb128(entries.section_index().into())).chain(leb128(count));
    Ok(head.chain(kept).collect())
}

fn leb128(mut value: u64) -> impl Iterator<Item = u8> {
    let mut more = true;
    std::iter::from_fn(move || {
        if !more {
            return None;
        }
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        more = value != 0;
        Some(byte | if more { 0x80 } else { 0 })
    })
}

fn signed_leb128(mut value: i64) -> impl Iterator<Item = u8> {
    let mut more = true;
    std::iter::from_fn(move || {
        if !more {
            return None;
        }
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        more = !(value == 0 && byte & 0x40 == 0 || value == -1 && byte & 0x40 != 0);
        Some(byte | if more { 0x80 } else { 0 })
    })
}

/// What is to be left out.
struct Bodies {
    /// Where the bodies are.
    ranges: Vec<Range<usize>>,
    /// Which parts were in a name.
    found: Vec<bool>,
    /// Where the content of the code section begins: relocations count from there.
    code: usize,
    /// Where the content of the section with the relocations of the code is, if it was linked with them.
    relocations: Option<Range<usize>>,
}

fn bodies(module: &[u8], parts: &[&str]) -> Result<Bodies, wasmparser::BinaryReaderError> {
    let (mut imported, mut ranges, mut wanted) = (0, Vec::new(), BTreeSet::new());
    let (mut code, mut relocations) = (0, None);
    let mut found = vec![false; parts.len()];
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => code = range.start,
            Payload::CodeSectionEntry(body) => ranges.push(body.range()),
            Payload::CustomSection(section) if section.name() == "reloc.CODE" => relocations = Some(section.range()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(names) = section.as_known() else { continue };
                for names in names {
                    let Name::Function(names) = names? else { continue };
                    for naming in names {
                        let naming = naming?;
                        for (part, found) in parts.iter().zip(&mut found) {
                            // `prep` is a function inside of the other, the same as one of the synchronous form, which calls it. wasm-bindgen runs
                            // `describe` to learn about types.
                            if naming.name.contains(part)
                                && !naming.name.contains("4prep")
                                && !naming.name.contains("8describe")
                            {
                                *found = true;
                                wanted.insert(naming.index as usize);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    // The imported functions are counted first, and have no bodies.
    let numbered = ranges.into_iter().enumerate().map(|(position, range)| (position + imported, range));
    let ranges = numbered.filter(|(number, _)| wanted.contains(number)).map(|(_, range)| range).collect();
    Ok(Bodies { ranges, found, code, relocations })
}

#[cfg(test)]
mod tests {
    use super::functions;
    use std::path::Path;

    /// A module with one imported function and two of its own, `keep` and `4omit`, each of which returns 7.
    fn module() -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let mut section = |id: u8, bytes: &[u8]| {
            module.extend([id, u8::try_from(bytes.len()).unwrap()]);
            module.extend(bytes);
        };
        section(1, &[1, 0x60, 0, 1, 0x7f]);
        section(2, &[1, 1, b'a', 1, b'b', 0, 0]);
        section(3, &[2, 0, 0]);
        section(10, &[2, 4, 0, 0x41, 7, 0x0b, 4, 0, 0x41, 7, 0x0b]);
        // Relocations of a function's index (type 0) in each of the two bodies, the second with another index.
        section(0, b"\x0areloc.CODE\x03\x02\x00\x03\x01\x00\x08\x02");
        section(0, b"\x04name\x01\x0e\x02\x01\x04keep\x02\x054omit");
        module
    }

    #[test]
    fn exactly_the_named_function_becomes_a_trap_and_loses_its_relocations() {
        let before = module();
        let after = functions(Path::new("m"), before.clone(), &["4omit"]).unwrap();
        let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        assert!(holds(&after, &[4, 0, 0x41, 7, 0x0b, 4, 0, 0, 0, 0x0b]), "{after:?}");
        assert!(holds(&before, b"\x13\x0areloc.CODE\x03\x02\x00\x03\x01\x00\x08\x02"), "{before:?}");
        assert!(holds(&after, b"\x10\x0areloc.CODE\x03\x01\x00\x03\x01\x00"), "{after:?}");
        assert_eq!(after.len(), before.len() - 3);
    }

    #[test]
    fn a_part_that_no_name_holds_is_an_error() {
        let error = functions(Path::new("m"), module(), &["4omit", "4gone"]).unwrap_err();
        assert!(error.to_string().contains("4gone"), "{error}");
        assert!(functions(Path::new("m"), b"no module".to_vec(), &[]).is_err());
    }
}
