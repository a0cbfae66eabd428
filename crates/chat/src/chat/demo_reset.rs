//! Setting the demo back.

use super::Chat;
use crate::{Error, demo};
use aios_protocol::agents::DatabaseMode;
use aios_store::exports::{self, Selection};

impl Chat {
    /// Makes the demo what it was in the beginning: what was said, rated and imported there goes. Answers that are being written there are stopped.
    ///
    /// # Errors
    /// [`Error::Invalid`] if this is not the demo, [`Error::Store`]; the demo is as it was then.
    pub async fn reset_demo(&self) -> Result<(), Error> {
        let (mode, database) = self.open_history();
        if mode != DatabaseMode::Demo {
            return Err(Error::invalid("Only the demo can be set back. Your own history was not touched."));
        }
        let all = database.read(|connection| exports::select(connection, &Selection::default(), 0, u32::MAX)).await?;
        let all: Vec<String> = all.into_iter().map(|selected| selected.session_id).collect();
        let quiet = self.quiet(&all).await;
        demo::reset(&database).await?;
        drop(quiet);
        if let Err(error) = self.forget_files(mode, &database).await {
            tracing::warn!(%error, "files of the demo that nothing needs any more are still there; a later start removes them");
        }
        self.changed(None);
        Ok(())
    }
}
