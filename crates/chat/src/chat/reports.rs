//! Reports of imports, which are kept longer than what was imported.

use super::{
    Chat,
    batches::{pack, unpack},
    blocking,
};
use crate::Error;
use aios_model::{FullReport, ImportStatus};
use aios_store::{
    Connection, Database,
    imports::{self, batches},
};

impl Chat {
    /// Takes the titles of conversations that are gone out of all reports. Numbers, ids and what became of each stay, and what was never stored.
    ///
    /// # Errors
    /// [`Error::Store`]. A report that cannot be read stays as it is.
    pub(super) async fn forget_titles(&self, database: &Database) -> Result<(), Error> {
        for import_id in database.read(batches::with_report).await? {
            let id = import_id.clone();
            let Some(packed) = database.read(move |connection| batches::report(connection, &id)).await? else {
                continue;
            };
            let read = blocking("reading a report", move || {
                let damaged = |error| Error::Internal { what: format!("reading a report: {error}") };
                serde_json::from_str::<FullReport>(&unpack(&packed)?).map_err(damaged)
            });
            let mut report = match read.await {
                Ok(report) => report,
                Err(error) => {
                    tracing::warn!(%error, import_id, "a report of an import cannot be read, and stays as it is");
                    continue;
                }
            };
            let forget = move |connection: &Connection| {
                let mut is_other = false;
                for item in &mut report.conversations {
                    let was_stored = !matches!(item.status, ImportStatus::Skipped | ImportStatus::Failed);
                    if was_stored
                        && item.title.is_some()
                        && !imports::is_here(connection, &item.source, &item.source_id)?
                    {
                        item.title = None;
                        is_other = true;
                    }
                }
                Ok(is_other.then_some(report))
            };
            if let Some(report) = database.read(forget).await? {
                let packed = blocking("packing a report", move || pack(&report)).await?;
                let replace = move |transaction: &aios_store::Transaction<'_>| {
                    batches::replace_report(transaction, &import_id, &packed)
                };
                database.write(replace).await?;
            }
        }
        Ok(())
    }
}
