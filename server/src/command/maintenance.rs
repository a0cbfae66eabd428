//! `check`, `backup` and `restore`.

use super::{
    Error, data_folder, lock,
    output::{plain, print},
    with_chat,
};
use crate::settings::arguments::{BackupOptions, RestoreOptions, SharedOptions};
use aios_chat::maintenance;
use aios_protocol::agents::DatabaseMode;
use std::process::ExitCode;

/// Checks the history as it is, without migrating it, and that of the demo if there is one.
pub(super) fn check(shared: SharedOptions) -> Result<ExitCode, Error> {
    let data = data_folder(shared.data)?;
    let (mut said, mut is_well) = (String::new(), true);
    if !maintenance::personal(&data).exists() {
        said.push_str(&format!("There is no history yet in {}.\n", data.display()));
    }
    let there = [DatabaseMode::Personal, DatabaseMode::Demo].map(|mode| (mode, maintenance::database(&data, mode)));
    let there: Vec<_> = there.into_iter().filter(|(_, path)| path.exists()).collect();
    if there.is_empty() {
        print(&said)?;
        return Ok(ExitCode::SUCCESS);
    }
    let _lock = lock::beside(&data)?;
    for (mode, path) in there {
        let problems = match maintenance::check(&data, mode) {
            Ok(found) => {
                said.push_str(&format!(
                    "{}: version {}, {} conversations, {} turns, {} ratings, {} files, {} changes waiting for the search index\n",
                    path.display(),
                    found.version,
                    found.conversations,
                    found.turns,
                    found.ratings,
                    found.files,
                    found.waiting,
                ));
                if found.forgets {
                    said.push_str("Something that was deleted for good is not gone from the disk yet: the server sees to that when nobody writes.\n");
                }
                if found.unused_words > 0 {
                    said.push_str(&format!(
                        "{} words in the search's list are in no conversation outside of the trash: they go with the next deletion for good.\n",
                        found.unused_words
                    ));
                }
                found.problems
            }
            // The demo's database is worth less than knowing the rest.
            Err(error) if mode == DatabaseMode::Demo => vec![format!("{}: {error}", path.display())],
            Err(error) => return Err(error.into()),
        };
        for problem in &problems {
            said.push_str(&format!("wrong: {}\n", plain(problem)));
        }
        if !problems.is_empty() {
            is_well = false;
            said.push_str(what_to_do(mode));
        }
    }
    if is_well {
        said.push_str("All is well.\n");
    }
    print(&said)?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn what_to_do(mode: DatabaseMode) -> &'static str {
    match mode {
        DatabaseMode::Personal => {
            "Nothing was changed. Copy the data folder before anything else; `aios-chat restore FILE` brings back one of its backups.\n"
        }
        DatabaseMode::Demo => {
            "Nothing was changed. The demo is made up: delete demo.db while no server runs, and it is made anew.\n"
        }
    }
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
