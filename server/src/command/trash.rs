//! `delete` and `undelete`.

use super::{
    Error,
    output::{plain, print},
    with_chat,
};
use crate::settings::arguments::{DeleteOptions, SharedOptions, UndeleteOptions};
use aios_chat::{Chat, ErrorKind};
use aios_model::Source;
use std::process::ExitCode;

/// Moves conversations to the trash. Fails, after it has moved the others, if one is not there.
pub(super) fn delete(shared: SharedOptions, options: DeleteOptions) -> Result<ExitCode, Error> {
    with_chat(shared, async |chat| match options.source {
        Some(source) => {
            let count = chat.delete_source(&Source::from_name(&source)).await?;
            print(&format!("Moved to the trash: {count}.\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        None => each(chat, options.sessions, "Moved to the trash", async |chat, id| chat.delete(id).await).await,
    })
}

/// Takes conversations out of the trash. Fails, after it has taken out the others, if one is not there.
pub(super) fn undelete(shared: SharedOptions, options: UndeleteOptions) -> Result<ExitCode, Error> {
    with_chat(shared, async |chat| {
        let restore = async |chat: &Chat, id: &str| chat.restore(id).await.map(drop);
        each(chat, options.sessions, "Taken out of the trash", restore).await
    })
}

async fn each(
    chat: &Chat,
    ids: Vec<String>,
    what: &str,
    act: impl AsyncFn(&Chat, &str) -> Result<(), aios_chat::Error>,
) -> Result<ExitCode, Error> {
    let (mut done, mut missing) = (0, Vec::new());
    for id in ids {
        match act(chat, &id).await {
            Ok(()) => done += 1,
            Err(error) if error.kind() == ErrorKind::NotFound => missing.push(plain(&id)),
            Err(error) => return Err(error.into()),
        }
    }
    print(&format!("{what}: {done}.\n"))?;
    if missing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("aios-chat: not there: {}", missing.join(", "));
    Ok(ExitCode::FAILURE)
}
