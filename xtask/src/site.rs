//! The site: every file under its final name, compressed forms beside it, and the manifest.

use crate::cache::{Cache, sha256};
use crate::command;
use crate::compress::{Compressed, compress};
use crate::error::{Error, at};
use crate::manifest::{self, File, Manifest, Sizes, Texts, content_type};
use crate::modules::{COPY_ENTRY, COPY_NAME, Module, Modules, WORKER_ENTRY, WORKER_NAME};
use crate::project::Project;
use crate::words::words;
use aios_texts::Language;
use std::collections::BTreeMap;
use std::path::Path;

/// The worker's first script in development, where names carry no hash.
pub const WORKER_ENTRY_FILE: &str = "entry.js";

/// How much of the hash goes into a name: 64 bits.
const HASH_DIGITS: usize = 16;

/// The files to be, by their path without the leading slash.
#[derive(Default)]
struct Contents {
    files: BTreeMap<String, (Vec<u8>, bool)>,
}

impl Contents {
    /// Adds a file whose name gets the hash of its content, and returns its name without the folder.
    fn add_hashed(&mut self, folder: &str, stem: &str, extension: &str, bytes: Vec<u8>) -> String {
        let name = format!("{stem}.{}.{extension}", &sha256(&bytes)[..HASH_DIGITS]);
        self.files.insert(format!("{folder}/{name}"), (bytes, true));
        name
    }

    /// Adds a worker, and returns the path of its first script. A script names its module, so the module is named first.
    fn add_worker(&mut self, name: &str, module: &Module, entry: &str) -> Result<String, Error> {
        let wasm = self.add_hashed(name, &format!("{name}_bg"), "wasm", module.wasm.clone());
        let script = rename_once(&module.script, &format!("{name}_bg.wasm"), &wasm)?;
        let script = self.add_hashed(name, name, "js", script.into_bytes());
        let entry = rename_once(entry, &format!("./{name}.js"), &format!("./{script}"))?;
        let entry = self.add_hashed(name, "entry", "js", entry.into_bytes());
        Ok(format!("/{name}/{entry}"))
    }

    /// Adds the texts of all languages but the one that is in the page's module.
    fn add_texts(&mut self) -> Vec<Texts> {
        let add = |(code, file): (&str, String)| {
            let name = self.add_hashed(TEXTS_FOLDER, code, "txt", file.into_bytes());
            Texts { language: code.to_owned(), path: format!("/{TEXTS_FOLDER}/{name}") }
        };
        texts().map(add).collect()
    }

    /// Puts hashed names into files that have none themselves, and then the list of the files into the service worker.
    fn name_files_and_build(&mut self, plain_style: &str, style: &str, copy: &str, worker: &str) -> Result<(), Error> {
        self.rewrite(OFFLINE_PAGE, plain_style, style)?;
        self.rewrite(COPY_SCRIPT, PLAIN_COPY, copy)?;
        self.rewrite(COPY_SCRIPT, PLAIN_WORKER, worker)?;
        self.rewrite(WORDS_SCRIPT, &words(&[Language::English]), &words(&Language::ALL))?;
        let build = self.build();
        self.rewrite(SERVICE_WORKER, NO_BUILD, &build)
    }

    /// Replaces a text that is exactly once in a file.
    fn rewrite(&mut self, name: &str, old: &str, new: &str) -> Result<(), Error> {
        let missing = || Error::Site(format!("{name} has to be in the assets folder, as UTF-8"));
        let (bytes, _) = self.files.get_mut(name).ok_or_else(missing)?;
        let text = std::str::from_utf8(bytes).map_err(|_| missing())?;
        *bytes = rename_once(text, old, new)?.into_bytes();
        Ok(())
    }

    /// The service worker's line about this build: a hash over all files, and those of them that a browser keeps. It keeps neither the service worker
    /// itself, which it asks for again each time, nor the screenshots, which only its dialog for installing shows, nor the texts of languages, which
    /// pages of the server name.
    fn build(&self) -> String {
        let all: String = self.files.iter().map(|(path, (bytes, _))| format!("{path} {}\n", sha256(bytes))).collect();
        let is_texts = |path: &str| path.split('/').next() == Some(TEXTS_FOLDER);
        let is_kept = |path: &&String| *path != SERVICE_WORKER && !path.ends_with(".webp") && !is_texts(path);
        let kept: Vec<_> = self.files.keys().filter(is_kept).map(|path| format!("/{path}")).collect();
        let build = serde_json::json!({ "version": &sha256(all.as_bytes())[..HASH_DIGITS], "files": kept });
        format!("const BUILD = {build};")
    }

    /// Adds everything in a folder under the names that it has.
    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        for entry in at(folder, std::fs::read_dir(folder))? {
            let entry = at(folder, entry)?;
            let path = entry.path();
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                return Err(Error::Site(format!("{}: the name is not UTF-8", path.display())));
            };
            let inside = format!("{prefix}{name}");
            if name.starts_with('.') || [WORKER_NAME, COPY_NAME, TEXTS_FOLDER].contains(&inside.as_str()) {
                // Workers and texts in the assets folder are `dev-worker`'s.
                continue;
            }
            if at(&path, entry.file_type())?.is_dir() {
                self.add_folder(&path, &format!("{inside}/"))?;
            } else {
                self.files.insert(inside, (at(&path, std::fs::read(&path))?, false));
            }
        }
        Ok(())
    }
}

/// Where the texts of languages are.
pub const TEXTS_FOLDER: &str = "texts";

/// The languages that a page loads when they are chosen: their codes, and their texts as files.
pub fn texts() -> impl Iterator<Item = (&'static str, String)> {
    Language::ALL.into_iter().filter_map(|language| Some((language.code(), aios_texts::file(language)?)))
}

/// The page for when the server cannot be reached.
const OFFLINE_PAGE: &str = "offline.html";

/// What starts the worker with the copy of the history, and the name that it has for it.
const COPY_SCRIPT: &str = "copy.js";
const PLAIN_COPY: &str = "/copy/entry.js";

/// The name that the same script has for the import worker, which it starts when there is no server.
const PLAIN_WORKER: &str = "/worker/entry.js";

/// What is said beside the page's module. The build adds languages to it.
const WORDS_SCRIPT: &str = "words.js";

/// What keeps the files of one build in a browser.
const SERVICE_WORKER: &str = "service-worker.js";

/// The line of the service worker that says which build that is.
const NO_BUILD: &str = r#"const BUILD = { version: "", files: [] };"#;

/// Writes the site and returns a few words about it. Files that are already right are not touched, so that what is built from
/// them stays up to date; files that are not part of the site are removed.
///
/// # Errors
/// When a tool fails or a file cannot be read or written.
pub fn assemble(project: &Project, modules: &Modules) -> Result<String, Error> {
    let mut contents = Contents::default();
    let pkg = project.site_pkg_dir.as_str();
    let name = project.output_name.as_str();

    // A script names its module, so the module is named first.
    let wasm = contents.add_hashed(pkg, name, "wasm", modules.page.wasm.clone());
    let mut script = rename_once(&modules.page.script, &format!("{name}_bg.wasm"), &wasm)?;
    let mut parts = modules.page.parts.clone();
    for (plain, wasm) in &modules.page.files {
        let stem = plain.strip_suffix(".wasm").unwrap_or(plain);
        let hashed = contents.add_hashed(pkg, stem, "wasm", wasm.clone());
        script = rename_once(&script, &format!("/{plain}"), &format!("/{hashed}"))?;
        for part in parts.iter_mut().filter(|part| part.path == *plain) {
            part.path = format!("/{pkg}/{hashed}");
        }
    }
    let script = contents.add_hashed(pkg, name, "js", script.into_bytes());
    let style = contents.add_hashed(pkg, name, "css", bundle_style(&project.style)?);

    let worker = contents.add_worker(WORKER_NAME, &modules.worker, WORKER_ENTRY)?;
    let copy = contents.add_worker(COPY_NAME, &modules.copy, COPY_ENTRY)?;
    let texts = contents.add_texts();

    if project.assets.is_dir() {
        contents.add_folder(&project.assets, "")?;
        contents.name_files_and_build(&format!("/{pkg}/{name}.css"), &format!("/{pkg}/{style}"), &copy, &worker)?;
    }
    let manifest = Manifest {
        script: format!("/{pkg}/{script}"),
        wasm: format!("/{pkg}/{wasm}"),
        style: format!("/{pkg}/{style}"),
        worker,
        parts,
        texts,
        has_small_std: modules.page.has_small_std,
        files: Vec::new(),
    };
    let count = contents.files.len();
    let bytes = write(&project.site_root, contents, manifest, &modules.cache)?;
    modules.cache.keep_used()?;
    Ok(format!("{count} files, {:.1} MB", bytes as f64 / 1_000_000.0))
}

/// Puts a hashed name in place of the plain one, which has to be there exactly once.
fn rename_once(text: &str, plain: &str, hashed: &str) -> Result<String, Error> {
    match text.matches(plain).count() {
        1 => Ok(text.replacen(plain, hashed, 1)),
        count => Err(Error::Site(format!("expected `{plain}` once in a script, found it {count} times"))),
    }
}

/// Pictures and fonts stay addresses: they are files of the site.
fn bundle_style(path: &Path) -> Result<Vec<u8>, Error> {
    command::program("esbuild")
        .args([path.as_os_str()])
        .args([
            "--bundle",
            "--minify",
            "--external:*.svg",
            "--external:*.png",
            "--external:*.woff2",
            "--legal-comments=none",
            "--log-level=warning",
        ])
        .output()
}

fn write(root: &Path, contents: Contents, mut manifest: Manifest, cache: &Cache) -> Result<u64, Error> {
    let forms = compress_all(&contents, cache)?;
    let mut wanted: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut total = 0;
    for ((path, (bytes, immutable)), forms) in contents.files.into_iter().zip(forms) {
        let length = |form: &Option<Vec<u8>>| form.as_ref().map(|form| form.len() as u64);
        let sizes = Sizes { raw: bytes.len() as u64, gzip: length(&forms.gzip), brotli: length(&forms.brotli) };
        total += sizes.raw;
        manifest.files.push(File {
            path: format!("/{path}"),
            content_type: content_type(&path).0.to_owned(),
            immutable,
            sha256: sha256(&bytes),
            sizes,
        });
        if let Some(gzip) = forms.gzip {
            wanted.insert(format!("{path}.gz"), gzip);
        }
        if let Some(brotli) = forms.brotli {
            wanted.insert(format!("{path}.br"), brotli);
        }
        wanted.insert(path, bytes);
    }
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|source| Error::Json { what: manifest::FILE_NAME.to_owned(), source })?;
    wanted.insert(manifest::FILE_NAME.to_owned(), json);

    remove_others(root, root, &wanted)?;
    for (path, bytes) in &wanted {
        let path = root.join(path);
        if std::fs::read(&path).is_ok_and(|found| found == *bytes) {
            continue;
        }
        if let Some(folder) = path.parent() {
            at(folder, std::fs::create_dir_all(folder))?;
        }
        at(&path, std::fs::write(&path, bytes))?;
    }
    Ok(total)
}

/// Compresses every file that is worth it, on all cores, in the order of the files.
fn compress_all(contents: &Contents, cache: &Cache) -> Result<Vec<Compressed>, Error> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = contents
            .files
            .iter()
            .map(|(path, (bytes, _))| {
                scope.spawn(move || match content_type(path) {
                    (_, true) => compress(cache, Path::new(path), bytes),
                    (_, false) => Ok(Compressed::default()),
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn remove_others(root: &Path, folder: &Path, wanted: &BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in at(folder, std::fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        if path.is_dir() {
            remove_others(root, &path, wanted)?;
            continue;
        }
        let inside = path.strip_prefix(root).ok().and_then(Path::to_str);
        if !inside.is_some_and(|inside| wanted.contains_key(inside)) {
            at(&path, std::fs::remove_file(&path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let empty = String::new;
        Manifest {
            script: empty(),
            wasm: empty(),
            style: empty(),
            worker: empty(),
            parts: Vec::new(),
            texts: Vec::new(),
            has_small_std: true,
            files: Vec::new(),
        }
    }

    fn contents(files: &[(&str, &str)]) -> Contents {
        let entry = |&(path, text): &(&str, &str)| (path.to_owned(), (text.as_bytes().to_vec(), false));
        Contents { files: files.iter().map(entry).collect() }
    }

    #[test]
    fn a_site_holds_what_it_was_given_with_compressed_forms_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (root, cache) = (folder.path().join("site"), Cache::open(folder.path().join("cache")));
        let style = "p{color:red}".repeat(40);
        write(&root, contents(&[("a/old.css", "gone"), ("b.png", "same")]), manifest(), &cache).unwrap();
        let untouched = std::fs::metadata(root.join("b.png")).unwrap().modified().unwrap();
        write(&root, contents(&[("a/new.css", &style), ("b.png", "same")]), manifest(), &cache).unwrap();

        assert!(!root.join("a/old.css").exists());
        assert_eq!(std::fs::read_to_string(root.join("a/new.css")).unwrap(), style);
        assert!(root.join("a/new.css.br").exists() && root.join("a/new.css.gz").exists());
        assert!(!root.join("b.png.br").exists());
        assert_eq!(std::fs::metadata(root.join("b.png")).unwrap().modified().unwrap(), untouched);
        let found: Manifest = serde_json::from_slice(&std::fs::read(root.join(manifest::FILE_NAME)).unwrap()).unwrap();
        let paths: Vec<_> = found.files.iter().map(|file| (file.path.as_str(), file.sizes.raw)).collect();
        assert_eq!(paths, [("/a/new.css", style.len() as u64), ("/b.png", 4)]);
    }

    #[test]
    fn a_name_changes_with_the_content_and_only_with_it() {
        let name = |bytes: &[u8]| Contents::default().add_hashed("pkg", "page", "js", bytes.to_vec());
        assert_eq!(name(b"one"), name(b"one"));
        assert_ne!(name(b"one"), name(b"two"));
        assert!(name(b"one").starts_with("page.") && name(b"one").ends_with(".js"));
    }

    fn with_service_worker(page: &str) -> Contents {
        let offline = r#"<link rel="stylesheet" href="/pkg/page.css">"#;
        let worker = format!("first();\n{NO_BUILD}\nlast();");
        contents(&[
            ("icons/wide.webp", "picture"),
            (COPY_SCRIPT, r#"const WORKER = "/copy/entry.js", IMPORTER = "/worker/entry.js";"#),
            (OFFLINE_PAGE, offline),
            ("pkg/page.0123456789abcdef.js", page),
            (SERVICE_WORKER, &worker),
            (WORDS_SCRIPT, &words(&[Language::English])),
            ("texts/de.0123456789abcdef.txt", "de"),
        ])
    }

    fn build_of(mut contents: Contents) -> serde_json::Value {
        contents
            .name_files_and_build("/pkg/page.css", "/pkg/page.1.css", "/copy/entry.2.js", "/worker/entry.3.js")
            .unwrap();
        let text = |name: &str| String::from_utf8(contents.files[name].0.clone()).unwrap();
        assert!(text(OFFLINE_PAGE).contains("\"/pkg/page.1.css\""));
        assert_eq!(text(COPY_SCRIPT), r#"const WORKER = "/copy/entry.2.js", IMPORTER = "/worker/entry.3.js";"#);
        let worker = text(SERVICE_WORKER);
        let line = worker.strip_prefix("first();\nconst BUILD = ").unwrap().strip_suffix(";\nlast();").unwrap();
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn the_service_worker_is_told_exactly_the_files_that_it_keeps_and_one_name_for_all_of_them() {
        let (one, same, other) = (
            build_of(with_service_worker("one")),
            build_of(with_service_worker("one")),
            build_of(with_service_worker("other")),
        );
        assert_eq!(
            one["files"],
            serde_json::json!(["/copy.js", "/offline.html", "/pkg/page.0123456789abcdef.js", "/words.js"])
        );
        assert_eq!(one, same);
        assert_ne!(one["version"], other["version"]);
    }

    #[test]
    fn the_files_of_this_repository_have_the_lines_that_are_replaced() {
        let mut contents = Contents::default();
        contents.add_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../public"), "").unwrap();
        contents
            .name_files_and_build(
                "/pkg/aios-chat.css",
                "/pkg/aios-chat.1.css",
                "/copy/entry.2.js",
                "/worker/entry.3.js",
            )
            .unwrap();
    }

    #[test]
    fn a_script_that_does_not_name_its_module_exactly_once_is_an_error() {
        assert_eq!(rename_once("load('x.wasm')", "x.wasm", "x.1.wasm").unwrap(), "load('x.1.wasm')");
        assert!(rename_once("load()", "x.wasm", "x.1.wasm").is_err());
        assert!(rename_once("x.wasm x.wasm", "x.wasm", "x.1.wasm").is_err());
    }
}
