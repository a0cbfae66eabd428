//! The whole history as a download.

use crate::{guard::refusal, imports::refused};
use aios_chat::{Chat, maintenance::TemporaryBackup};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures::stream;
use std::{io, sync::Arc};
use tokio::{
    fs::File,
    io::AsyncReadExt as _,
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// How much is read at a time.
const PIECE: usize = 128 * 1024;

#[derive(Clone)]
struct Backups {
    chat: Chat,
    /// Each needs as much room on the disk as the history: one at a time.
    place: Arc<Semaphore>,
}

/// The route.
pub(crate) fn routes(chat: Chat) -> Router {
    Router::new().route("/api/backup", get(download)).with_state(Backups { chat, place: Arc::new(Semaphore::new(1)) })
}

/// A file that is being sent; when that is over, however, it goes.
struct Sending {
    file: File,
    _backup: TemporaryBackup,
    _place: OwnedSemaphorePermit,
}

async fn download(State(backups): State<Backups>) -> Response {
    let Ok(place) = backups.place.try_acquire_owned() else {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "A backup is being downloaded already: wait for its end.");
    };
    let backup = match backups.chat.temporary_backup().await {
        Ok(backup) => backup,
        Err(error) => return refused(&error),
    };
    let opened = async {
        let file = File::open(backup.path()).await?;
        let length = file.metadata().await?.len();
        io::Result::Ok((file, length))
    };
    let (file, length) = match opened.await {
        Ok(opened) => opened,
        Err(source) => return refused(&aios_chat::Error::File { path: backup.path().to_owned(), source }),
    };
    let name = aios_chat::now().to_string().chars().take(10).collect::<String>();
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.sqlite3".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"aios-chat-{name}.db\"")),
    ];
    let sending = Sending { file, _backup: backup, _place: place };
    let pieces = stream::try_unfold(sending, async |mut sending| {
        let mut piece = vec![0; PIECE];
        let read = sending.file.read(&mut piece).await?;
        piece.truncate(read);
        io::Result::Ok((read > 0).then(|| (Bytes::from(piece), sending)))
    });
    (headers, Body::from_stream(pieces)).into_response()
}
