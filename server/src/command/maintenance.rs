//! `check`, `backup` and `restore`.

use super::{
    Error, data_folder, lock,
    output::{plain, print},
    with_chat,
};
use crate::settings::arguments::{BackupOptions, RestoreOptions, SharedOptions};
use aios_chat::maintenance;
use std::process::ExitCode;

/// Checks the history as it is, without migrating it.
pub(super) fn check(shared: SharedOptions) -> Result<ExitCode, Error> {
    let data = data_folder(shared.data)?;
    let path = maintenance::personal(&data);
    if !path.exists() {
        print(&format!("There is no history yet in {}.\n", data.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let _lock = lock::beside(&data)?;
    let found = maintenance::check(&data)?;
    let mut said = format!(
        "{}: version {}, {} conversations, {} turns, {} ratings, {} files, {} changes waiting for the search index\n",
        path.display(),
        found.version,
        found.conversations,
        found.turns,
        found.ratings,
        found.files,
        found.waiting,
    );
    for problem in &found.problems {
        said.push_str(&format!("wrong: {}\n", plain(problem)));
    }
    if found.problems.is_empty() {
        said.push_str("All is well.\n");
        print(&said)?;
        return Ok(ExitCode::SUCCESS);
    }
    said.push_str(
        "Nothing was changed. Copy the data folder before anything else; `aios-chat restore FILE` brings back one of its backups.\n",
    );
    print(&said)?;
    Ok(ExitCode::FAILURE)
}

/// Copies the history.
pub(super) fn backup(shared: SharedOptions, options: BackupOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| {
        let backup = chat.backup(options.file, options.files).await?;
        let mut said = format!("The history is in {}, read again and found whole.\n", backup.path.display());
        if let Some(files) = backup.files {
            said.push_str(&format!("Its files are in {}: {} were copied.\n", files.display(), backup.copied));
        }
        print(&said)
    })
}

/// Replaces the history.
pub(super) fn restore(shared: SharedOptions, options: RestoreOptions) -> Result<(), Error> {
    let data = data_folder(shared.data)?;
    let _lock = lock::alone(&data)?;
    let restored = maintenance::restore(&data, &options.file)?;
    let mut said = format!("The history is now the one of {}.\n", options.file.display());
    if restored.copied > 0 {
        said.push_str(&format!("{} files came with it.\n", restored.copied));
    }
    if let Some(kept) = restored.kept {
        said.push_str(&format!("The one before is kept as {}.\n", kept.display()));
    }
    print(&said)
}
