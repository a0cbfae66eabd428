//! `/api/import`: an export in three steps. What is committed is an import like any other: it is listed and can be undone.

use super::answer::{Answer, Named, Refusal, Refused};
use aios_chat::{
    Error, ErrorKind,
    contract::{Contract, MAXIMUM_UPLOAD, ReceiveError},
    now,
};
use axum::{
    Form, Json,
    extract::{FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::{StatusCode, header},
};
use futures::TryStreamExt as _;
use serde::Serialize;
use std::{collections::HashMap, io};
use utoipa::ToSchema;

/// Where uploads go.
pub(crate) const UPLOAD_PATH: &str = "/api/import/upload";

/// The most bytes of a request that uploads a file: the file and what is around it.
pub(crate) const UPLOAD_BODY: usize = MAXIMUM_UPLOAD as usize + 64 * 1024;

/// The most characters of a platform's name that are repeated to who said it.
const MAXIMUM_PLATFORM: usize = 100;

#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a form")]
pub(super) struct UploadForm {
    /// The export as it was downloaded, at most 50 MiB.
    #[schema(format = Binary)]
    file: String,
    /// Whose export it is. What it really is, its content says.
    platform: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Uploaded {
    /// To be said in the next steps.
    upload_id: String,
    filename: String,
    /// The name again: where it lies is nobody's business.
    path: String,
    platform: Option<String>,
}

/// Takes an export.
#[utoipa::path(post, path = "/api/import/upload", tag = "import",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "It is here for an hour", body = Uploaded),
        (status = 400, description = "It ended early", body = Refusal)))]
pub(super) async fn upload(
    State(contract): State<Contract>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Answer<Uploaded> {
    let mut form = form.map_err(|rejection| Refused(StatusCode::UNPROCESSABLE_ENTITY, rejection.body_text()))?;
    let (mut stored, mut platform) = (None, None);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("file") if stored.is_none() => {
                let filename = field.file_name().unwrap_or("upload").to_owned();
                let upload_id = contract.receive(&filename, field.map_err(io::Error::other)).await?;
                stored = Some((upload_id, shown(&filename)));
            }
            Some("platform") => platform = Some(shown(&field.text().await.map_err(unreadable)?)),
            // A field that nobody asked for is read over by the next one.
            _ => {}
        }
    }
    let (upload_id, filename) =
        stored.ok_or_else(|| Refused(StatusCode::UNPROCESSABLE_ENTITY, "The field `file` is missing.".to_owned()))?;
    Ok(Json(Uploaded { upload_id, path: filename.clone(), filename, platform }))
}

/// The last part of a name, for the eyes only.
fn shown(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(MAXIMUM_PLATFORM * 2).collect()
}

fn unreadable(error: MultipartError) -> Refused {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused(StatusCode::PAYLOAD_TOO_LARGE, ReceiveError::TooLarge.to_string()),
        _ => Refused(StatusCode::UNPROCESSABLE_ENTITY, error.body_text()),
    }
}

impl From<ReceiveError> for Refused {
    fn from(error: ReceiveError) -> Refused {
        match error {
            ReceiveError::TooLarge => Refused(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
            ReceiveError::Other(error) => error.into(),
        }
    }
}

/// The fields of a form, sent either way.
pub(super) struct Fields(HashMap<String, String>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Fields, Refused> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let wrong = |text| Refused(StatusCode::UNPROCESSABLE_ENTITY, text);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/")) {
            let mut form =
                Multipart::from_request(request, state).await.map_err(|rejection| wrong(rejection.body_text()))?;
            let mut fields = HashMap::new();
            while let Some(field) = form.next_field().await.map_err(unreadable)? {
                if let Some(name) = field.name().map(str::to_owned) {
                    fields.insert(name, field.text().await.map_err(unreadable)?);
                }
            }
            return Ok(Fields(fields));
        }
        let Form(fields) = Form::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refused(StatusCode::PAYLOAD_TOO_LARGE, rejection.body_text()),
            _ => wrong(rejection.body_text()),
        })?;
        Ok(Fields(fields))
    }
}

impl Fields {
    fn upload_id(&self) -> Result<&str, Refused> {
        let found = self.0.get("upload_id").map(String::as_str);
        found.ok_or_else(|| Refused(StatusCode::UNPROCESSABLE_ENTITY, "The field `upload_id` is missing.".to_owned()))
    }
}

fn refused(error: Error) -> Refused {
    match error.kind() {
        ErrorKind::NotFound => Refused(StatusCode::NOT_FOUND, "Upload not found".to_owned()),
        _ => error.into(),
    }
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a form")]
pub(super) struct ParseForm {
    /// As the upload was answered.
    upload_id: String,
    /// Not needed: the content says what it is.
    platform: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Preview {
    /// Whose export it is: `chatgpt`, `claude`, …
    platform: String,
    total_conversations: u32,
    /// The first ten.
    #[schema(max_items = 10)]
    conversations: Vec<PreviewLine>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct PreviewLine {
    id: String,
    title: String,
    message_count: u32,
    /// When it began, if the export says so.
    #[schema(format = DateTime)]
    created_at: Option<String>,
    has_attachments: bool,
}

/// Looks at an upload and stores nothing.
#[utoipa::path(post, path = "/api/import/parse", tag = "import",
    request_body(content = ParseForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What is in it", body = Preview),
        (status = 400, description = "There is no conversation in it, and why", body = Refusal),
        (status = 404, description = "There is no such upload (any more)", body = Refusal)))]
pub(super) async fn parse(State(contract): State<Contract>, fields: Fields) -> Answer<Preview> {
    let preview = contract.preview(fields.upload_id()?).await.map_err(refused)?;
    let lines = preview.first.into_iter().map(|line| PreviewLine {
        id: line.id,
        title: line.title.unwrap_or_else(|| "Untitled".to_owned()),
        message_count: line.messages,
        created_at: line.created.map(|created| created.to_string()),
        has_attachments: line.has_attachments,
    });
    Ok(Json(Preview {
        platform: preview.source.as_str().to_owned(),
        total_conversations: preview.conversations,
        conversations: lines.collect(),
    }))
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a form")]
pub(super) struct CommitForm {
    /// As the upload was answered.
    upload_id: String,
    /// Not needed: the content says what it is.
    platform: Option<String>,
    /// Projects are always kept.
    organize_by_project: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Committed {
    platform: String,
    total_conversations: u32,
    /// New ones, changed ones, and those that were here already.
    imported: u32,
    failed: u32,
    /// Pictures and other files that were stored.
    attachments_moved: u32,
    #[schema(format = DateTime)]
    timestamp: String,
    /// The import, as it is listed under `/imports` and can be undone there.
    import_id: Option<String>,
}

/// Imports an upload. Importing the same twice is importing it once.
#[utoipa::path(post, path = "/api/import/commit", tag = "import",
    request_body(content = CommitForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What became of it", body = Committed),
        (status = 400, description = "There is no conversation in it, and why", body = Refusal),
        (status = 404, description = "There is no such upload (any more)", body = Refusal)))]
pub(super) async fn commit(State(contract): State<Contract>, fields: Fields) -> Answer<Committed> {
    let imported = contract.commit(fields.upload_id()?).await.map_err(refused)?;
    let totals = imported.report.totals;
    let taken = totals.imported + totals.updated + totals.unchanged;
    let source = imported.report.conversations.first().map(|item| item.source.as_str().to_owned());
    Ok(Json(Committed {
        platform: source.unwrap_or_default(),
        total_conversations: taken + totals.failed,
        imported: taken,
        failed: totals.failed,
        attachments_moved: imported.batch.as_ref().map_or(0, |batch| batch.stored_files),
        timestamp: now().to_string(),
        import_id: imported.batch.map(|batch| batch.id),
    }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct UploadStatus {
    /// `ready` or `not_found`.
    #[schema(pattern = "^(ready|not_found)$")]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_id: Option<String>,
}

/// Whether an upload waits to be imported.
#[utoipa::path(get, path = "/api/import/status/{upload_id}", tag = "import",
    params(("upload_id" = String, Path)),
    responses((status = 200, description = "Whether it does", body = UploadStatus)))]
pub(super) async fn status(State(contract): State<Contract>, Named(upload_id): Named) -> Json<UploadStatus> {
    Json(match contract.has_upload(&upload_id) {
        true => UploadStatus { status: "ready", upload_id: Some(upload_id) },
        false => UploadStatus { status: "not_found", upload_id: None },
    })
}
