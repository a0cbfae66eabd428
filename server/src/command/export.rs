//! `export`.

use super::{Error, output::print, with_chat};
use crate::settings::arguments::{ExportOptions, SharedOptions};
use aios_chat::{
    Chat,
    export::{Export, Format, Options, Selection, What},
};
use bytes::Bytes;
use futures::StreamExt as _;
use std::{
    fs::File,
    io::{BufWriter, Write as _, stdout},
    path::Path,
};

/// Writes conversations, piece by piece.
pub(super) fn run(shared: SharedOptions, options: ExportOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| {
        let output = options.output.clone();
        let chat = chat.in_mode(options.mode).await?;
        let export = export(&chat, options).await?;
        match output {
            None => {
                let is_document = export.media_type != "application/zip";
                each_piece(export, |piece| {
                    stdout().write_all(piece).map_err(Error::writing(Path::new("standard output")))
                })
                .await?;
                // A document ends its last line, for whoever reads it at a terminal.
                if is_document { print("\n") } else { Ok(()) }
            }
            Some(path) => to_file(export, &path).await,
        }
    })
}

async fn export(chat: &Chat, options: ExportOptions) -> Result<Export, Error> {
    let format: Format = options.format.parse()?;
    let what = match options.what.session {
        Some(session_id) => What::One(session_id),
        None => What::Many(Selection {
            archived: match (options.what.archived, options.what.all) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            },
            sources: options.what.source.iter().map(|name| aios_model::Source::from_name(name)).collect(),
            ..Selection::default()
        }),
    };
    Ok(chat.export(what, Options { format, branches: options.branches, archive: options.zip }).await?)
}

async fn each_piece(mut export: Export, mut write: impl FnMut(&Bytes) -> Result<(), Error>) -> Result<(), Error> {
    while let Some(piece) = export.bytes.next().await {
        write(&piece?)?;
    }
    Ok(())
}

/// Into a file beside the one that was named, which takes its name when it is whole: a failure leaves what was there.
async fn to_file(export: Export, path: &Path) -> Result<(), Error> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let failed = Error::writing(path);
    let mut file = BufWriter::new(File::create(unfinished).map_err(&failed)?);
    let written = each_piece(export, |piece| file.write_all(piece).map_err(&failed)).await;
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
