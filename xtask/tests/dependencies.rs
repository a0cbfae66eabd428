//! Dependencies point inwards: the table of ARCHITECTURE.md, held.

use std::{collections::BTreeMap, process::Command};

/// Packages of this workspace that each package may depend on, and packages from elsewhere that must not be below it.
const RULES: &[(&str, &[&str], &[&str])] = &[
    ("aios-model", &[], &["leptos", "axum", "rusqlite", "tokio"]),
    ("aios-import", &["aios-model"], &["leptos", "axum", "rusqlite", "tokio"]),
    ("aios-store", &["aios-model"], &["leptos", "axum", "hyper"]),
    ("aios-markdown", &[], &["leptos", "axum", "rusqlite", "tokio"]),
    ("aios-texts", &[], &["leptos", "axum", "rusqlite", "tokio"]),
    ("aios-protocol", &["aios-model"], &["leptos", "axum", "rusqlite", "tokio"]),
    ("aios-chat", &["aios-model", "aios-import", "aios-store", "aios-protocol", "aios-markdown"], &["leptos", "axum"]),
    ("app", &["aios-model", "aios-protocol", "aios-markdown", "aios-texts", "aios-chat"], &[]),
    ("copy", &["aios-model", "aios-store", "aios-protocol", "aios-markdown"], &["leptos", "axum"]),
    ("worker", &["aios-model", "aios-import", "aios-protocol"], &["leptos", "axum"]),
];

#[test]
fn every_crate_depends_only_on_what_the_architecture_allows() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages: BTreeMap<&str, Vec<&str>> = metadata["packages"]
        .as_array()
        .expect("a list of packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            // What only tests use is no part of the structure.
            let used = dependencies
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| dependency["name"].as_str());
            (package["name"].as_str().unwrap_or_default(), used.collect())
        })
        .collect();
    for (package, allowed, forbidden) in RULES {
        let dependencies = packages.get(package).unwrap_or_else(|| panic!("there is no package {package}"));
        for dependency in dependencies {
            assert!(!forbidden.contains(dependency), "{package} must not depend on {dependency}");
            assert!(
                !packages.contains_key(dependency) || allowed.contains(dependency),
                "{package} must not depend on {dependency}"
            );
        }
    }
}
