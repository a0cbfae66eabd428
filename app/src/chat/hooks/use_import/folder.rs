//! Files out of what was dropped or picked: files, or folders with files in folders.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// The most files that are taken out of folders; the largest export that was reported has about a tenth of it.
const MAXIMUM_FILES: usize = 100_000;

/// Files, and what to call each.
#[derive(Default)]
pub struct Chosen {
    /// The files: handles, no bytes.
    pub files: Vec<File>,
    /// Their names, in the same order; those out of a folder have their path below it.
    pub names: Vec<String>,
}

impl Chosen {
    fn add(&mut self, file: File, path: &str) {
        self.names.push(path.to_owned());
        self.files.push(file);
    }

    /// The files in the order of their paths, which does not depend on how the folder is stored. The name of the folder is left out where
    /// all have it.
    fn in_order(self) -> Chosen {
        let root = self.names.first().and_then(|name| name.split_once('/')).map(|(root, _)| format!("{root}/"));
        let root =
            root.filter(|root| self.names.iter().all(|name| name.starts_with(root.as_str()))).unwrap_or_default();
        let mut pairs: Vec<(String, File)> = self.names.into_iter().zip(self.files).collect();
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (names, files) = pairs.into_iter().map(|(name, file)| (name[root.len()..].to_owned(), file)).unzip();
        Chosen { files, names }
    }
}

/// The files of a list: those that an `<input>` has, each or out of a folder.
pub fn of_list(list: &FileList) -> Chosen {
    let mut chosen = Chosen::default();
    for file in (0..list.length()).filter_map(|position| list.get(position)) {
        // Not among the methods that web-sys knows.
        let path = js_sys::Reflect::get(&file, &JsValue::from_str("webkitRelativePath")).ok();
        let path = path.and_then(|path| path.as_string()).filter(|path| !path.is_empty());
        let path = path.unwrap_or_else(|| file.name());
        chosen.add(file, &path);
    }
    chosen.in_order()
}

/// What was dropped, with all that is in its folders. To be called while the drop is handled: afterwards the browser has forgotten it.
pub fn of_drop(data: &DataTransfer) -> impl Future<Output = Chosen> + use<> {
    let items = data.items();
    let entries: Vec<FileSystemEntry> =
        (0..items.length()).filter_map(|at| items.get(at)?.webkit_get_as_entry().ok().flatten()).collect();
    let plain = data.files().map(|files| of_list(&files)).unwrap_or_default();
    async move {
        if !entries.iter().any(FileSystemEntry::is_directory) {
            return plain;
        }
        let mut chosen = Chosen::default();
        let mut waiting = entries;
        while let Some(entry) = waiting.pop() {
            if chosen.files.len() >= MAXIMUM_FILES {
                break;
            }
            // `/folder/file`
            let path = entry.full_path();
            if entry.is_directory() {
                waiting.extend(children(entry.unchecked_into()).await);
            } else if let Some(file) = file(entry.unchecked_into()).await {
                chosen.add(file, path.trim_start_matches('/'));
            }
        }
        chosen.in_order()
    }
}

/// What is in a folder. What cannot be read of it is passed over.
async fn children(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut children = Vec::new();
    loop {
        // They come in pieces; an empty one is the last.
        let piece = asked(|take, give_up| reader.read_entries_with_callback_and_callback(take, give_up)).await;
        let piece: Array = match piece.map(JsCast::dyn_into) {
            Some(Ok(piece)) => piece,
            _ => return children,
        };
        if piece.length() == 0 {
            return children;
        }
        children.extend(piece.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file(entry: FileSystemFileEntry) -> Option<File> {
    let file = asked(|take, give_up| {
        entry.file_with_callback_and_callback(take, give_up);
        Ok(())
    });
    file.await?.dyn_into().ok()
}

/// The answer of a function that takes a function for the answer and one for the failure.
async fn asked(ask: impl Fn(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>) -> Option<JsValue> {
    let promise = Promise::new(&mut |take, give_up| {
        if ask(&take, &give_up).is_err() {
            drop(give_up.call0(&JsValue::UNDEFINED));
        }
    });
    JsFuture::from(promise).await.ok()
}
