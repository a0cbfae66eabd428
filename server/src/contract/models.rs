//! `/api/models`: who can answer.

use super::answer::{Answer, Body, Refusal};
use aios_chat::contract::Contract;
use aios_protocol::agents::AgentModel;
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A model.
#[derive(Serialize, ToSchema)]
pub(super) struct ModelInfo {
    id: String,
    name: String,
    provider: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// In tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    context_length: Option<u32>,
}

impl From<AgentModel> for ModelInfo {
    fn from(model: AgentModel) -> ModelInfo {
        let AgentModel { id, name, provider, description, context_length, .. } = model;
        ModelInfo { id, name, provider, description, context_length }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct ModelList {
    models: Vec<ModelInfo>,
    /// The id of the current one.
    current: String,
    /// Whose it is.
    provider: String,
}

/// All models that can answer.
#[utoipa::path(get, path = "/api/models", tag = "models",
    responses((status = 200, description = "The models", body = ModelList)))]
pub(super) async fn list(State(contract): State<Contract>) -> Json<ModelList> {
    let found = contract.models().await;
    let current = found.models.iter().find(|model| model.id == found.current);
    Json(ModelList {
        provider: current.map_or_else(String::new, |model| model.provider.clone()),
        current: found.current,
        models: found.models.into_iter().map(ModelInfo::from).collect(),
    })
}

#[derive(Serialize, ToSchema)]
pub(super) struct CurrentModel {
    model: CurrentModelInfo,
}

#[derive(Serialize, ToSchema)]
pub(super) struct CurrentModelInfo {
    id: String,
    name: String,
    provider: String,
}

/// The model that answers when a message names none.
#[utoipa::path(get, path = "/api/models/current", tag = "models",
    responses((status = 200, description = "The model", body = CurrentModel)))]
pub(super) async fn current(State(contract): State<Contract>) -> Json<CurrentModel> {
    let found = contract.models().await;
    let model = found.models.into_iter().find(|model| model.id == found.current);
    // A model of the configuration whose server does not list it at the moment.
    let (name, provider) = match model {
        Some(model) => (model.name, model.provider),
        None => (found.current.clone(), String::new()),
    };
    Json(CurrentModel { model: CurrentModelInfo { id: found.current, name, provider } })
}

#[derive(Serialize, ToSchema)]
pub(super) struct SetupStatus {
    /// Somebody can answer: Recall can always.
    configured: bool,
    provider: String,
    /// The id of the current model.
    model: String,
    /// It is listed by its server at the moment.
    connected: bool,
    message: String,
}

/// Whether somebody can answer, as AI OS's web client asks before it shows anything.
#[utoipa::path(get, path = "/api/models/setup/status", tag = "models",
    responses((status = 200, description = "Who answers", body = SetupStatus)))]
pub(super) async fn setup_status(State(contract): State<Contract>) -> Json<SetupStatus> {
    let found = contract.models().await;
    let model = found.models.into_iter().find(|model| model.id == found.current);
    let connected = model.is_some();
    let message = match &model {
        Some(model) => format!("{} answers.", model.name),
        None => format!("The server of {} does not answer at the moment. Recall does.", found.current),
    };
    let provider = model.map_or_else(String::new, |model| model.provider);
    Json(SetupStatus { configured: true, provider, model: found.current, connected, message })
}

#[derive(Deserialize, ToSchema)]
pub(super) struct SetModelRequest {
    /// Its id as the list has it, or its name.
    model_id: String,
    /// Whose it is, where the name alone does not tell.
    provider: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ModelSet {
    success: bool,
    /// Its id.
    model: String,
    provider: String,
    context_length: Option<u32>,
    message: String,
}

/// Chooses the model that answers when a message names none.
#[utoipa::path(post, path = "/api/models/current", tag = "models", request_body = SetModelRequest,
    responses(
        (status = 200, description = "It is chosen", body = ModelSet),
        (status = 400, description = "There is no such model", body = Refusal)))]
pub(super) async fn set_current(
    State(contract): State<Contract>,
    Body(request): Body<SetModelRequest>,
) -> Answer<ModelSet> {
    let model = contract.set_current_model(&request.model_id, request.provider.as_deref()).await?;
    Ok(Json(ModelSet {
        success: true,
        message: format!("Model switched to {}", model.name),
        model: model.id,
        provider: model.provider,
        context_length: model.context_length,
    }))
}

/// A provider of models.
#[derive(Serialize, ToSchema)]
pub(super) struct Provider {
    id: String,
    name: String,
    description: String,
    requires_key: bool,
    requires_endpoint: bool,
    /// It offers models at the moment.
    connected: bool,
    setup_url: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Providers {
    providers: Vec<Provider>,
}

/// What AI OS's selector knows providers by: id, name, description, whether they need a key and an address, and where to begin.
const KNOWN: [(&str, &str, &str, bool, bool, &str); 6] = [
    (
        "ollama",
        "Ollama (Local)",
        "Models on your own machine: free, private, no key.",
        false,
        false,
        "https://ollama.com",
    ),
    ("gemini", "Google Gemini", "Gemini models.", true, false, "https://aistudio.google.com/apikey"),
    ("claude", "Anthropic Claude", "Claude models.", true, false, "https://console.anthropic.com"),
    (
        "openai",
        "OpenAI",
        "GPT models, and every server that speaks their protocol.",
        true,
        false,
        "https://platform.openai.com/api-keys",
    ),
    ("openrouter", "OpenRouter", "Many models behind one key.", true, false, "https://openrouter.ai/keys"),
    ("recall", "Recall", "Searches your own history and quotes it; built in.", false, false, ""),
];

/// Providers, and whether they offer models at the moment. Keys and addresses are said in the configuration of the server, never here.
#[utoipa::path(get, path = "/api/models/providers", tag = "models",
    responses((status = 200, description = "The providers", body = Providers)))]
pub(super) async fn providers(State(contract): State<Contract>) -> Json<Providers> {
    let models = contract.models().await.models;
    let offers = |id: &str| models.iter().any(|model| model.provider == id);
    let mut providers: Vec<Provider> = KNOWN
        .iter()
        .map(|&(id, name, description, requires_key, requires_endpoint, setup_url)| Provider {
            id: id.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            requires_key,
            requires_endpoint,
            connected: offers(id),
            setup_url: setup_url.to_owned(),
        })
        .collect();
    for model in &models {
        if providers.iter().all(|provider| provider.id != model.provider) {
            providers.push(Provider {
                id: model.provider.clone(),
                name: model.provider.clone(),
                description: "A model server of the configuration.".to_owned(),
                requires_key: false,
                requires_endpoint: true,
                connected: true,
                setup_url: String::new(),
            });
        }
    }
    Json(Providers { providers })
}
