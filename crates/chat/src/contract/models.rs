//! The current model.

use super::Contract;
use crate::Error;
use aios_protocol::agents::{AgentModel, AgentModels};

impl Contract {
    /// All models that can answer, with the current one: the one that was chosen here, as long as there is such a model.
    pub async fn models(&self) -> AgentModels {
        let mut list = self.0.chat.models().await;
        if let Some(chosen) = self.desk(|desk| desk.model.clone())
            && list.models.iter().any(|model| model.id == chosen)
        {
            list.current = chosen;
        }
        list
    }

    /// Makes a model the current one.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such model.
    pub async fn set_current_model(&self, model: &str, provider: Option<&str>) -> Result<AgentModel, Error> {
        let found = self.find_model(model, provider).await?;
        self.desk(|desk| desk.model = Some(found.id.clone()));
        Ok(found)
    }

    /// The model that was chosen here; `None` leaves it to the configuration.
    pub(super) async fn chosen_model(&self) -> Option<String> {
        self.desk(|desk| desk.model.clone())?;
        Some(self.models().await.current)
    }

    /// A model by its id, or by its name and its provider's, as AI OS's clients say it.
    pub(super) async fn find_model(&self, model: &str, provider: Option<&str>) -> Result<AgentModel, Error> {
        let models = self.0.chat.models().await.models;
        let named =
            |known: &&AgentModel| known.name == model && provider.is_none_or(|provider| provider == known.provider);
        let found = models.iter().find(|known| known.id == model).or_else(|| models.iter().find(named));
        found.cloned().ok_or_else(|| {
            let shown: String = model.chars().take(100).collect();
            Error::invalid(format!("There is no model “{shown}”: choose another one. Nothing was changed."))
        })
    }
}
