//! Takes entries that this page never uses out of the framework's tables, where the compiler reads them.
//!
//! Where types are erased, a table of functions stands for each type, and no linker can know which of its entries nobody ever calls: the page
//! would carry them all. So this program stands between cargo and the compiler while the page is built. It copies the crates that [`EDITS`]
//! names and has the copy compiled. An edit leaves code that does the same by another entry, never a trap; the compiler reads it like any other
//! code, and a text that is not found is an error. `make dev` and the server compile the crates as they are.

use crate::cache::sha256;
use crate::command::Program;
use crate::error::{Error, at};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the copies, for the program that cargo starts for each crate. That it is set says that this program is a compiler.
const FOLDER: &str = "AIOS_CHAT_TRIMMED";

const TARGET: &str = "wasm32-unknown-unknown";

/// A text of a crate and what it becomes.
struct Edit {
    /// The crate, as the compiler knows it.
    package: &'static str,
    /// The file in the crate's folder.
    file: &'static str,
    /// Is in the file exactly once.
    from: &'static str,
    to: &'static str,
}

/// Of tachys 0.2.
const EDITS: &[Edit] = &[
    // A view that is hydrated step by step (as the framework's own lazy routes would have it) is hydrated at once: what the trait does for
    // views that say nothing about it.
    Edit {
        package: "tachys",
        file: "src/view/any_view.rs",
        from: "(self.hydrate_async)(self.value, cursor, position).await;",
        to: "(self.hydrate_from_server)(self.value, cursor, position);",
    },
    Edit {
        package: "tachys",
        file: "src/view/any_view.rs",
        from: "
    #[cfg(feature = \"hydrate\")]
    #[allow(clippy::type_complexity)]
    hydrate_async: fn(
        Erased,
        &Cursor,
        &PositionState,
    ) -> Pin<Box<dyn Future<Output = AnyViewState>>>,",
        to: "",
    },
    Edit {
        package: "tachys",
        file: "src/view/any_view.rs",
        from: "
            #[cfg(feature = \"hydrate\")]
            hydrate_async: hydrate_async::<T::Owned>,",
        to: "",
    },
    // An attribute of an element out of a template, which may have it already, is set like that of a new element.
    Edit {
        package: "tachys",
        file: "src/html/attribute/any_attribute.rs",
        from: "(self.hydrate_from_template)(self.value, el.clone())",
        to: "(self.build)(self.value, el.clone())",
    },
    Edit {
        package: "tachys",
        file: "src/html/attribute/any_attribute.rs",
        from: "
    #[cfg(feature = \"hydrate\")]
    hydrate_from_template:
        fn(Erased, crate::renderer::types::Element) -> AnyAttributeState,",
        to: "",
    },
    Edit {
        package: "tachys",
        file: "src/html/attribute/any_attribute.rs",
        from: "
            #[cfg(feature = \"hydrate\")]
            hydrate_from_template: hydrate_from_template::<T::CloneableOwned>,",
        to: "",
    },
];

/// Has a build of cargo go through this program.
///
/// # Errors
/// When this program does not know where it is.
pub fn build(cargo: Program, target: &Path) -> Result<Program, Error> {
    let this = at(Path::new("xtask"), std::env::current_exe())?;
    // Cargo compiles a crate again if its flags have changed; of the edits it knows nothing.
    let edits: String = EDITS.iter().map(|edit| [edit.file, edit.from, edit.to].concat()).collect();
    Ok(cargo
        .env("RUSTC_WRAPPER", this)
        .env(FOLDER, target.join("trimmed"))
        .flags(&format!("--cfg=trimmed=\"{}\"", &sha256(edits.as_bytes())[..16])))
}

/// Whether cargo has started this program in place of the compiler, and where the copies go then.
pub fn as_compiler() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs the compiler, which is the first of the arguments, with the others; on a copy if they are for a crate that is to be edited.
///
/// # Errors
/// When the crate does not hold what is to be edited, and when the compiler does not start or not succeed.
pub fn compile(folder: &Path, arguments: &[String]) -> Result<(), Error> {
    let (compiler, arguments) = arguments.split_first().ok_or(Error::Usage("the compiler is missing"))?;
    let value = |option: &str| {
        let place = arguments.iter().position(|argument| argument == option)?;
        arguments.get(place + 1).map(String::as_str)
    };
    let package = value("--crate-name").filter(|_| value("--target") == Some(TARGET)).unwrap_or_default();
    let edits: Vec<&Edit> = EDITS.iter().filter(|edit| edit.package == package).collect();
    let mut edited = arguments.to_vec();
    let root = edited.iter_mut().find_map(|argument| {
        let original = PathBuf::from(argument.strip_suffix("/src/lib.rs")?);
        Some((argument, original))
    });
    if let Some((root, original)) = root.filter(|_| !edits.is_empty()) {
        let copy = folder.join(package);
        copy_folder(&original, &copy)?;
        for edit in edits {
            edit.make(&copy)?;
        }
        *root = copy.join("src/lib.rs").to_string_lossy().into_owned();
    }
    let status = at(Path::new(compiler), Command::new(compiler).args(edited).status())?;
    if status.success() { Ok(()) } else { Err(Error::NotCompiled) }
}

impl Edit {
    fn make(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(self.file);
        let text = at(&path, std::fs::read_to_string(&path))?;
        if text.matches(self.from).count() != 1 {
            return Err(Error::Site(format!(
                "{}: this is not there exactly once, as xtask/src/trim.rs has it:\n{}\nLook how {} does it now.",
                path.display(),
                self.from,
                self.package
            )));
        }
        at(&path, std::fs::write(&path, text.replace(self.from, self.to)))
    }
}

/// Copies the files of a folder over those of another.
fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    at(to, std::fs::create_dir_all(to))?;
    for entry in at(from, std::fs::read_dir(from))? {
        let entry = at(from, entry)?;
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &copy)?;
        } else {
            // Not `fs::copy`: the original may be one that nobody may write to.
            let bytes = at(&path, std::fs::read(&path))?;
            at(&copy, std::fs::write(&copy, bytes))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: Edit = Edit { package: "p", file: "src/lib.rs", from: "one", to: "two" };

    fn package(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join(EDIT.file), text).unwrap();
        folder
    }

    #[test]
    fn a_text_is_edited_in_the_copy_and_stays_in_the_original() {
        let (original, copy) = (package("one thing"), tempfile::tempdir().unwrap());
        // A second time as well: the copy is made anew.
        for _ in 0..2 {
            copy_folder(original.path(), copy.path()).unwrap();
            EDIT.make(copy.path()).unwrap();
            assert_eq!(std::fs::read_to_string(copy.path().join(EDIT.file)).unwrap(), "two thing");
        }
        assert_eq!(std::fs::read_to_string(original.path().join(EDIT.file)).unwrap(), "one thing");
    }

    #[test]
    fn a_text_that_is_missing_or_there_twice_is_an_error_that_names_the_file() {
        for text in ["nothing", "one and one"] {
            let error = EDIT.make(package(text).path()).unwrap_err();
            assert!(error.to_string().contains("lib.rs"), "{error}");
        }
    }
}
