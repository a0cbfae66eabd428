//! `export`.

use super::{Error, output::print, with_chat};
use crate::settings::arguments::{ExportOptions, Exported, SharedOptions};
use aios_chat::{Chat, export};
use futures::{StreamExt as _, stream};
use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    pin::pin,
};

/// Writes conversations as JSON, piece by piece.
pub(super) fn run(shared: SharedOptions, options: ExportOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| match &options.output {
        None => each_piece(chat, options.what, print).await,
        Some(path) => to_file(chat, options.what, path).await,
    })
}

async fn each_piece(
    chat: &Chat,
    what: Exported,
    mut write: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let Exported { session, archived, .. } = what;
    let pieces = match session {
        Some(session_id) => {
            let mut document = export::one(chat, &session_id).await?;
            document.push('\n');
            stream::iter([Ok(document)]).boxed()
        }
        None => export::all(chat, archived).boxed(),
    };
    let mut pieces = pin!(pieces);
    while let Some(piece) = pieces.next().await {
        write(&piece?)?;
    }
    Ok(())
}

/// Into a file beside the one that was named, which takes its name when it is whole: a failure leaves what was there.
async fn to_file(chat: &Chat, what: Exported, path: &Path) -> Result<(), Error> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let failed = Error::writing(path);
    let mut file = BufWriter::new(File::create(unfinished).map_err(&failed)?);
    let written = each_piece(chat, what, |piece| file.write_all(piece.as_bytes()).map_err(&failed)).await;
    let finished = written.and_then(|()| {
        file.flush().map_err(&failed)?;
        file.get_ref().sync_all().map_err(&failed)?;
        std::fs::rename(unfinished, path).map_err(&failed)
    });
    if finished.is_err() {
        // What matters is the first error.
        let _ = std::fs::remove_file(unfinished);
    }
    finished
}
