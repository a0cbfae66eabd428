//! Results of slow steps, kept by the hash of what went into them.
//!
//! wasm-opt and brotli take seconds for the same bytes every time. An entry's name is the hash of its input and of the step's
//! settings, so an entry is never stale; what a build did not use is thrown away at its end.

use crate::error::{Error, at};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;

/// The SHA-256 of some bytes in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder of results.
pub struct Cache {
    folder: PathBuf,
    used: Mutex<BTreeSet<String>>,
}

impl Cache {
    /// Opens a folder, which is created when the first entry is written.
    pub fn open(folder: PathBuf) -> Self {
        Self { folder, used: Mutex::default() }
    }

    /// The result of a step for an input: from the folder, or made now.
    ///
    /// `step` names the step with every setting that changes its result.
    ///
    /// # Errors
    /// Those of `make`, and when the folder cannot be read or written.
    pub fn get(
        &self,
        step: &str,
        input: &[u8],
        make: impl FnOnce() -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<u8>, Error> {
        let name = sha256(format!("{step}\n{}", sha256(input)).as_bytes());
        let path = self.folder.join(&name);
        if let Ok(mut used) = self.used.lock() {
            used.insert(name.clone());
        }
        if let Ok(found) = std::fs::read(&path) {
            return Ok(found);
        }
        let made = make()?;
        // Written beside and renamed: an interrupted build leaves no half entry.
        let unfinished = self.folder.join(format!("{name}.unfinished"));
        at(&self.folder, std::fs::create_dir_all(&self.folder))?;
        at(&unfinished, std::fs::write(&unfinished, &made))?;
        at(&path, std::fs::rename(&unfinished, &path))?;
        Ok(made)
    }

    /// Removes the entries that nobody asked for since the folder was opened.
    ///
    /// # Errors
    /// When the folder cannot be read or a file not be removed.
    pub fn keep_used(&self) -> Result<(), Error> {
        let Ok(used) = self.used.lock() else { return Ok(()) };
        if !self.folder.exists() {
            return Ok(());
        }
        for entry in at(&self.folder, std::fs::read_dir(&self.folder))? {
            let entry = at(&self.folder, entry)?;
            if !entry.file_name().to_str().is_some_and(|name| used.contains(name)) {
                at(&entry.path(), std::fs::remove_file(entry.path()))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_made_once_for_the_same_input_and_settings() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("cache"));
        let made = |step, input: &[u8], value: &[u8]| cache.get(step, input, || Ok(value.to_vec())).unwrap();
        assert_eq!(made("a", b"in", b"first"), b"first");
        assert_eq!(made("a", b"in", b"second"), b"first");
        assert_eq!(made("b", b"in", b"other step"), b"other step");
        assert_eq!(made("a", b"new", b"other input"), b"other input");
    }

    #[test]
    fn what_a_build_does_not_use_is_thrown_away_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let make = |cache: &Cache, input: &[u8], value: &[u8]| cache.get("s", input, || Ok(value.to_vec())).unwrap();
        let first = Cache::open(folder.path().to_owned());
        make(&first, b"kept", b"1");
        make(&first, b"dropped", b"1");
        let second = Cache::open(folder.path().to_owned());
        make(&second, b"kept", b"2");
        second.keep_used().unwrap();
        let third = Cache::open(folder.path().to_owned());
        assert_eq!(make(&third, b"kept", b"3"), b"1");
        assert_eq!(make(&third, b"dropped", b"3"), b"3");
    }
}
