//! The WebAssembly modules: the page and the two workers.

use crate::cache::{Cache, sha256};
use crate::command::{self, Program};
use crate::error::{Error, at};
use crate::project::Project;
use crate::split::{self, Part};
use crate::{bindgen, site, small_std, trim};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Instant;

const TARGET: &str = "wasm32-unknown-unknown";
/// The feature of the page's package that makes its parts modules of their own. `cargo leptos watch` goes without.
const SPLIT_FEATURE: &str = "split";

const WORKER_PROFILE: &str = "worker-release";

/// SIMD is in Chrome since 91, in Firefox since 89 (both 2021) and in Safari since 16.4 (2023). The page goes without, and says that it cannot import
/// where the worker does not start.
const WORKER_FLAGS: &str = "-Ctarget-feature=+simd128";

/// The name of the worker's files, of their folder in the site and of its script for `new Worker(url, {type: "module"})`.
pub const WORKER_NAME: &str = "worker";

/// What the browser loads first in a worker. It is a file of its own because a worker is started by an address and wasm-bindgen's
/// script does nothing until it is called. A worker that is called `offline` has a page for its server.
pub const WORKER_ENTRY: &str = "import init, { start } from \"./worker.js\";\nif (name === \"offline\") (await import(\"/copy.js\")).withoutServer();\nawait init();\nawait start();\n";

/// The same for the worker with the copy of the history. Its name says which history that is: a service worker drops what is behind the `#` of its
/// address.
pub const COPY_NAME: &str = "copy";

/// What the browser loads first in it.
pub const COPY_ENTRY: &str = "import init, { start } from \"./copy.js\";\nawait init();\nawait start(name);\n";

/// A module as the browser gets it.
pub struct Module {
    /// Names the WebAssembly file as `NAME_bg.wasm`.
    pub script: String,
    pub wasm: Vec<u8>,
    /// The modules of its parts, by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// Which part needs which file.
    pub parts: Vec<Part>,
    /// Its standard library was built for size.
    pub has_small_std: bool,
}

/// All modules, optimised.
pub struct Modules {
    pub page: Module,
    pub worker: Module,
    pub copy: Module,
    pub cache: Cache,
}

/// How a module is built.
struct Recipe {
    what: &'static str,
    /// It is the page, with components in it: its bytes are waited for, and some of it is loaded when it is needed.
    is_page: bool,
    package: String,
    profile: String,
    features: Vec<String>,
    name: String,
    wasm_opt: Vec<String>,
}

/// Builds the page and the workers at the same time: each ends in a link-time optimisation that keeps only one core busy.
///
/// # Errors
/// When a step fails.
pub fn build_release(project: &Project) -> Result<Modules, Error> {
    let version = project.bindgen_version()?;
    let cache = Cache::open(project.target.join("site-cache"));
    let page = Recipe {
        what: "page",
        is_page: true,
        package: project.lib_package.clone(),
        profile: project.lib_profile.clone(),
        features: vec![
            "--no-default-features".to_owned(),
            format!("--features={},{SPLIT_FEATURE}", project.lib_features),
        ],
        name: project.output_name.clone(),
        wasm_opt: project.wasm_opt.clone(),
    };
    let workers = [worker_recipe(project, WORKER_NAME), worker_recipe(project, COPY_NAME)];
    println!("xtask: building the page and the workers for WebAssembly (5 to 7 minutes the first time)");
    let (page, workers) = std::thread::scope(|scope| {
        let workers = scope.spawn(|| -> Result<_, Error> {
            let [worker, copy] = workers.each_ref().map(|recipe| build(project, recipe, &version, &cache));
            Ok((worker?, copy?))
        });
        let page = build(project, &page, &version, &cache);
        (page, workers.join())
    });
    let (worker, copy) = workers.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    Ok(Modules { page: page?, worker, copy, cache })
}

/// Builds a worker as the release has it into a folder of its own, for the benchmark.
///
/// # Errors
/// When a step fails.
pub fn build_worker(project: &Project, name: &'static str, folder: &Path) -> Result<(), Error> {
    build_alone(project, &worker_recipe(project, name), folder)?;
    let entry = folder.join(site::WORKER_ENTRY_FILE);
    at(&entry, std::fs::write(&entry, entry_of(name)))
}

/// Builds the renderer of markdown with the page's settings into a folder of its own, for the benchmark.
///
/// # Errors
/// When a step fails.
pub fn build_markdown(project: &Project, folder: &Path) -> Result<(), Error> {
    let recipe = Recipe {
        what: "markdown",
        is_page: false,
        package: "bench-markdown".to_owned(),
        profile: project.lib_profile.clone(),
        features: Vec::new(),
        name: "markdown".to_owned(),
        wasm_opt: project.wasm_opt.iter().cloned().chain(["--enable-simd".to_owned()]).collect(),
    };
    build_alone(project, &recipe, folder)
}

fn build_alone(project: &Project, recipe: &Recipe, folder: &Path) -> Result<(), Error> {
    let cache = Cache::open(project.target.join("site-cache"));
    let module = build(project, recipe, &project.bindgen_version()?, &cache)?;
    at(folder, std::fs::create_dir_all(folder))?;
    let files =
        [(format!("{}.js", recipe.name), module.script.as_bytes()), (format!("{}_bg.wasm", recipe.name), &module.wasm)];
    for (name, bytes) in files {
        let path = folder.join(name);
        at(&path, std::fs::write(&path, bytes))?;
    }
    Ok(())
}

fn entry_of(name: &str) -> &'static str {
    if name == COPY_NAME { COPY_ENTRY } else { WORKER_ENTRY }
}

/// A worker's package, files and folder have one name.
fn worker_recipe(project: &Project, name: &'static str) -> Recipe {
    Recipe {
        what: name,
        is_page: false,
        package: name.to_owned(),
        profile: WORKER_PROFILE.to_owned(),
        features: Vec::new(),
        name: name.to_owned(),
        wasm_opt: for_speed(&project.wasm_opt),
    }
}

/// Builds the workers for `cargo leptos watch`, which knows only one module, and the texts into the assets folder that it copies from.
///
/// # Errors
/// When a step fails.
pub fn build_development_workers(project: &Project) -> Result<(), Error> {
    for name in [WORKER_NAME, COPY_NAME] {
        cargo_build(command::cargo(project).flags(WORKER_FLAGS), name, WORKER_PROFILE, &[]).run()?;
        let folder = project.assets.join(name);
        bindgen::generate(&built(project, name, WORKER_PROFILE), name, &folder)?;
        let entry = folder.join(site::WORKER_ENTRY_FILE);
        at(&entry, std::fs::write(&entry, entry_of(name)))?;
        println!("xtask: {}", entry.display());
    }
    let folder = project.assets.join(site::TEXTS_FOLDER);
    at(&folder, std::fs::create_dir_all(&folder))?;
    for (language, texts) in site::texts() {
        let path = folder.join(format!("{language}.txt"));
        at(&path, std::fs::write(&path, texts))?;
    }
    Ok(())
}

fn cargo_build(cargo: Program, package: &str, profile: &str, features: &[String]) -> Program {
    cargo.args(["build", "--lib", "--target", TARGET, "--package", package, "--profile", profile]).args(features)
}

fn built(project: &Project, package: &str, profile: &str) -> PathBuf {
    project.target.join(TARGET).join(profile).join(format!("{}.wasm", package.replace('-', "_")))
}

fn build(project: &Project, recipe: &Recipe, version: &str, cache: &Cache) -> Result<Module, Error> {
    let started = Instant::now();
    let build = |cargo| cargo_build(cargo, &recipe.package, &recipe.profile, &recipe.features);
    let has_small_std = if recipe.is_page {
        let cargo = || trim::build(command::leptos_cargo(project).flags(split::LINKER_ARGUMENT), &project.target);
        small_std::build(|| cargo().map(build))?
    } else {
        build(command::cargo(project).flags(WORKER_FLAGS)).run()?;
        false
    };
    println!("xtask: {}: compiled in {} s", recipe.what, started.elapsed().as_secs());
    let started = Instant::now();
    let input = built(project, &recipe.package, &recipe.profile);
    let bytes = at(&input, std::fs::read(&input))?;
    let step = format!("wasm-bindgen {version}, {}, wasm-opt {}", recipe.name, recipe.wasm_opt.join(" "));
    let folder = project.target.join("site-work").join(&recipe.name);
    let split = recipe.is_page.then(|| split::split(&input, &bytes, &recipe.name, &folder)).transpose()?;
    // wasm-bindgen writes both files of a module at once; they go through different tools from there.
    let generated = Cell::new(false);
    let generate = || match &split {
        _ if generated.replace(true) => Ok(()),
        Some(split) => bindgen::generate_whole(&split.main, &recipe.name, &folder),
        None => bindgen::generate(&input, &recipe.name, &folder),
    };
    // The splitter may number things differently the next time: what is kept of a module goes with the very parts that came with it.
    let (bytes, loader) = match &split {
        Some(split) => (at(&split.main, std::fs::read(&split.main))?, at(&split.loader, std::fs::read(&split.loader))?),
        None => (bytes, Vec::new()),
    };
    let script = cache.get(&format!("{step}, script, {}", sha256(&loader)), &bytes, || {
        generate()?;
        minify_script(&folder.join(format!("{}.js", recipe.name)))
    })?;
    let wasm = cache.get(&format!("{step}, wasm"), &bytes, || {
        generate()?;
        optimise(&folder.join(format!("{}_bg.wasm", recipe.name)), &recipe.wasm_opt)
    })?;
    let (files, parts) = split.map(|split| (split.files, split.parts)).unwrap_or_default();
    let files = files.iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = at(path, std::fs::read(path))?;
        let wasm = cache.get(&format!("{step}, {name}"), &bytes, || optimise(path, &recipe.wasm_opt))?;
        Ok((name, wasm))
    });
    let files = files.collect::<Result<Vec<_>, Error>>()?;
    let script =
        String::from_utf8(script).map_err(|_| Error::Site(format!("{}: the script is not UTF-8", recipe.what)))?;
    println!("xtask: {}: wasm-bindgen and wasm-opt in {} s", recipe.what, started.elapsed().as_secs());
    Ok(Module { script, wasm, files, parts, has_small_std })
}

/// The snippets that crates bring along are bundled in, so that a module has exactly one script.
fn minify_script(path: &Path) -> Result<Vec<u8>, Error> {
    command::program("esbuild")
        .args([path.as_os_str()])
        .args([
            "--bundle",
            "--format=esm",
            "--minify",
            "--target=es2022",
            "--legal-comments=none",
            "--log-level=warning",
        ])
        .output()
}

fn optimise(path: &Path, flags: &[String]) -> Result<Vec<u8>, Error> {
    let output = path.with_extension("optimised.wasm");
    command::program("wasm-opt").args(flags).args([path.as_os_str(), "-o".as_ref(), output.as_os_str()]).run()?;
    at(&output, std::fs::read(&output))
}

/// The page's flags with its level replaced: its bytes are waited for, the worker's speed is. And what [`WORKER_FLAGS`] brings.
fn for_speed(flags: &[String]) -> Vec<String> {
    let level = |flag: &String| if flag.starts_with("-O") { "-O3".to_owned() } else { flag.clone() };
    flags.iter().map(level).chain(["--enable-simd".to_owned()]).collect()
}
