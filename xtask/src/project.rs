//! The project's own description: `cargo metadata` and the settings that cargo-leptos reads too.

use crate::command;
use crate::error::{Error, at};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Where everything is and what it is called.
pub struct Project {
    /// The root of the workspace.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// The folder that the site is built into.
    pub site_root: PathBuf,
    /// The folder of the page's module and style inside the site, without slashes.
    pub site_pkg_dir: String,
    /// The name of the page's files.
    pub output_name: String,
    /// The files that are served as they are.
    pub assets: PathBuf,
    /// The style sheet that imports all others.
    pub style: PathBuf,
    /// The package of the page, built as a library.
    pub lib_package: String,
    /// The features of the page.
    pub lib_features: String,
    /// The cargo profile of the page.
    pub lib_profile: String,
    /// The package of the server.
    pub bin_package: String,
    /// The name of the server's program.
    pub bin_name: String,
    /// What wasm-opt does to the page's module.
    pub wasm_opt: Vec<String>,
    /// Whether Leptos erases the types of components, in the page and in the server alike: less code, compiled sooner.
    pub erase_components: bool,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    metadata: Option<WorkspaceMetadata>,
}

#[derive(Deserialize)]
struct WorkspaceMetadata {
    #[serde(default)]
    leptos: Vec<Settings>,
}

/// The keys of `[[workspace.metadata.leptos]]` that matter here. cargo-leptos has more; those that would change the layout of the
/// site are refused by name, so that the two ways of building cannot drift apart unnoticed.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    output_name: String,
    site_root: PathBuf,
    site_pkg_dir: String,
    style_file: PathBuf,
    #[serde(default)]
    style_bundle: bool,
    assets_dir: PathBuf,
    lib_package: String,
    lib_features: Vec<String>,
    #[serde(default)]
    lib_default_features: bool,
    lib_profile_release: String,
    bin_package: String,
    bin_exe_name: String,
    wasm_opt_features: Vec<String>,
    #[serde(default)]
    always_erase_components: bool,
    tailwind_input_file: Option<PathBuf>,
    js_dir: Option<PathBuf>,
    hash_file_name: Option<PathBuf>,
}

impl Project {
    /// Asks cargo.
    ///
    /// # Errors
    /// When cargo cannot read the workspace, or a setting is missing or not supported.
    pub fn load() -> Result<Self, Error> {
        let output = command::program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .output()?;
        Self::from_metadata(&output)
    }

    fn from_metadata(json: &[u8]) -> Result<Self, Error> {
        let metadata: Metadata =
            serde_json::from_slice(json).map_err(|source| Error::Json { what: "cargo metadata".to_owned(), source })?;
        let settings = metadata.metadata.map(|metadata| metadata.leptos).unwrap_or_default();
        let [settings]: [Settings; 1] = settings
            .try_into()
            .map_err(|all: Vec<_>| Error::Settings(format!("expected one project, found {}", all.len())))?;
        for (key, set) in [
            ("tailwind-input-file", settings.tailwind_input_file.is_some()),
            ("js-dir", settings.js_dir.is_some()),
            ("hash-file-name", settings.hash_file_name.is_some()),
            ("lib-default-features", settings.lib_default_features),
        ] {
            if set {
                return Err(Error::Settings(format!("xtask does not know what to do with `{key}`")));
            }
        }
        if !settings.style_bundle {
            return Err(Error::Settings("`style-bundle = true` is missing: the style sheet uses @import".to_owned()));
        }
        let root = metadata.workspace_root;
        Ok(Self {
            site_root: site_root(&root, &metadata.target_directory, &settings.site_root),
            target: metadata.target_directory,
            site_pkg_dir: settings.site_pkg_dir,
            output_name: settings.output_name,
            assets: root.join(settings.assets_dir),
            style: root.join(settings.style_file),
            lib_package: settings.lib_package,
            lib_features: settings.lib_features.join(","),
            lib_profile: settings.lib_profile_release,
            bin_package: settings.bin_package,
            bin_name: settings.bin_exe_name,
            wasm_opt: settings.wasm_opt_features,
            erase_components: settings.always_erase_components,
            root,
        })
    }

    /// The version of wasm-bindgen, which is the same in the modules and in the library that is linked in here.
    ///
    /// # Errors
    /// When `Cargo.lock` has two different ones.
    pub fn bindgen_version(&self) -> Result<String, Error> {
        let path = self.root.join("Cargo.lock");
        let text = at(&path, std::fs::read_to_string(&path))?;
        let version = |name| locked_version(&text, name).unwrap_or("none").to_owned();
        let (locked, support) = (version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
        if locked == support { Ok(locked) } else { Err(Error::BindgenVersion { locked, support }) }
    }
}

/// A site root below `target` follows cargo's target folder; any other one is relative to the workspace.
fn site_root(root: &Path, target: &Path, setting: &Path) -> PathBuf {
    match setting.strip_prefix("target") {
        Ok(inside) => target.join(inside),
        Err(_) => root.join(setting),
    }
}

fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"\n");
    let (_, after) = lock.split_once(&name)?;
    after.strip_prefix("version = \"")?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_has_every_setting_that_the_build_needs() {
        let project = Project::load().unwrap();
        assert!(project.root.join("xtask/Cargo.toml").is_file());
        assert!(project.style.is_file(), "{} does not exist", project.style.display());
        assert!(project.wasm_opt.iter().any(|flag| flag.starts_with("-O")), "wasm-opt is told no level");
        project.bindgen_version().unwrap();
    }

    #[test]
    fn a_setting_that_would_change_the_layout_unnoticed_is_refused() {
        let settings = |extra: &str| {
            format!(
                r#"{{"workspace_root": "/w", "target_directory": "/t", "metadata": {{"leptos": [{{"output-name": "o",
                "site-root": "target/site", "site-pkg-dir": "pkg", "style-file": "s.css", "style-bundle": true,
                "assets-dir": "public", "lib-package": "app", "lib-features": ["hydrate"], "lib-profile-release": "w",
                "bin-package": "server", "bin-exe-name": "b", "wasm-opt-features": ["-Oz"] {extra}}}]}}}}"#
            )
        };
        let project = Project::from_metadata(settings("").as_bytes()).unwrap();
        assert_eq!(project.site_root, Path::new("/t/site"));
        assert_eq!(project.assets, Path::new("/w/public"));
        let error = Project::from_metadata(settings(r#", "js-dir": "js""#).as_bytes()).err().unwrap();
        assert!(error.to_string().contains("js-dir"), "{error}");
    }

    #[test]
    fn the_locked_version_is_the_one_of_that_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.7\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.7"));
        assert_eq!(locked_version(lock, "bindgen"), None);
    }
}
