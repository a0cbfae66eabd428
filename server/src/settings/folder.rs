//! The data folder.

use etcetera::{AppStrategy as _, AppStrategyArgs, app_strategy};
use std::{
    fs::DirBuilder,
    io,
    path::{Path, PathBuf},
};

/// The database of a person's own history: a folder that holds it is a data folder.
const DATABASE: &str = "personal.db";

/// There is no data folder to be found: the person has no home folder.
#[derive(Debug, thiserror::Error)]
#[error("no place for data was found, because there is no home folder: name one with --data FOLDER")]
pub struct NoHomeError;

/// The data folder: the one that was named; else `./data`, if it is one already or `here` is a source checkout of this program; else the one
/// that the platform has for programs' data.
///
/// # Errors
/// When the platform knows no home folder.
pub fn find(named: Option<PathBuf>, here: &Path) -> Result<PathBuf, NoHomeError> {
    if let Some(named) = named {
        return Ok(named);
    }
    let local = here.join("data");
    let is_one = local.join(DATABASE).is_file() || local.join(super::file::FILE_NAME).is_file();
    if is_one || is_checkout(here) {
        return Ok(local);
    }
    let name = AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "aios-chat".into() };
    Ok(app_strategy::choose_native_strategy(name).map_err(|_| NoHomeError)?.data_dir())
}

/// The data folder cannot be made or used.
#[derive(Debug, thiserror::Error)]
#[error("the data folder {} cannot be used: {source}", path.display())]
pub struct CreateError {
    /// The folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Makes the data folder if it is not there yet, and then for nobody else's eyes: what people say to models is theirs.
///
/// # Errors
/// When the system does not let it.
pub fn create(folder: &Path) -> Result<(), CreateError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| CreateError { path: folder.to_owned(), source })
}

fn is_checkout(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file() && folder.join("crates/chat/Cargo.toml").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_happens_to_be_called_data_is_left_alone() {
        let here = tempfile::tempdir().unwrap();
        let local = here.path().join("data");
        std::fs::create_dir(&local).unwrap();
        assert_ne!(find(None, here.path()).unwrap(), local);
        std::fs::write(local.join(DATABASE), "").unwrap();
        assert_eq!(find(None, here.path()).unwrap(), local);
        assert_eq!(find(Some("named".into()), here.path()).unwrap(), Path::new("named"));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_data_folder_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let here = tempfile::tempdir().unwrap();
        let folder = here.path().join("deep/data");
        create(&folder).unwrap();
        create(&folder).unwrap();
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::write(here.path().join("file"), "").unwrap();
        assert!(create(&here.path().join("file/data")).unwrap_err().to_string().contains("file"));
    }

    #[test]
    fn a_source_checkout_keeps_its_data_in_itself() {
        let here = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(here.path().join("crates/chat")).unwrap();
        std::fs::write(here.path().join("Cargo.toml"), "").unwrap();
        std::fs::write(here.path().join("crates/chat/Cargo.toml"), "").unwrap();
        assert_eq!(find(None, here.path()).unwrap(), here.path().join("data"));
    }
}
