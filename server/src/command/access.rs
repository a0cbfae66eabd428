//! `token` and `sessions`. A server that runs hears of it within a second.

use super::{
    Error, data_folder,
    output::{plain, print},
};
use crate::{
    access::store::Stored,
    settings::{
        arguments::{SessionsOptions, SharedOptions},
        folder,
    },
};
use aios_model::Timestamp;

/// Makes a token and prints it.
pub(super) fn new_token(shared: SharedOptions) -> Result<(), Error> {
    let data = data_folder(shared.data)?;
    folder::create(&data)?;
    let token = Stored::open(&data).or_else(|error| replaceable(error, &data))?.new_token()?;
    eprintln!("This is the new token. Only a hash of it is kept: it is not shown again.");
    print(&format!("{token}\n"))
}

/// A token file that holds no hash is what `token new` mends.
fn replaceable(
    error: crate::access::store::Error,
    data: &std::path::Path,
) -> Result<Stored, crate::access::store::Error> {
    match error {
        crate::access::store::Error::NoHash(path) => {
            std::fs::remove_file(&path).map_err(|source| crate::access::store::Error::File { path, source })?;
            Stored::open(data)
        }
        error => Err(error),
    }
}

/// Lists sessions, or ends them.
pub(super) fn sessions(shared: SharedOptions, options: SessionsOptions) -> Result<(), Error> {
    let mut stored = Stored::open(&data_folder(shared.data)?)?;
    if options.revoke_all {
        stored.change(Vec::clear)?;
        return print("All browsers are signed out.\n");
    }
    if let Some(id) = options.revoke {
        let before = stored.sessions().len();
        if stored.sessions().iter().all(|session| session.id != id) {
            return Err(Error::NoSession(id));
        }
        stored.change(|sessions| sessions.retain(|session| session.id != id))?;
        tracing::info!(before, after = stored.sessions().len(), "revoked a session");
        return print("It is signed out.\n");
    }
    let now = aios_chat::now().milliseconds();
    let day = |moment: i64| Timestamp::from_milliseconds(moment).to_string().chars().take(10).collect::<String>();
    let lines = stored.sessions().iter().rev().filter(|session| session.expires > now).map(|session| {
        format!(
            "{}  since {}  until {}  {}\n",
            plain(&session.id),
            day(session.created),
            day(session.expires),
            plain(&session.agent)
        )
    });
    print(&lines.collect::<String>())
}
