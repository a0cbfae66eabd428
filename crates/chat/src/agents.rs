//! The agents that are configured, and which of them answers.

use crate::{
    Error,
    agent::{Agent, AgentError, recall::Recall},
    config::Config,
    demo::Guide,
};
use aios_protocol::agents::{AgentModel, AgentModels, DatabaseMode};
use aios_store::Database;
use futures::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long a provider may take to list its models. The selector waits for it; a start never does.
const DISCOVERY_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a list of models is taken as it is.
const LIST_AGE: Duration = Duration::from_secs(30);

/// How long a failure to list is: short, because somebody may just have started the server.
const FAILURE_AGE: Duration = Duration::from_secs(5);

/// The most models that are listed of one provider.
const MAXIMUM_MODELS: usize = 1000;

pub(crate) struct Agents {
    providers: Vec<Provider>,
    default_model: Option<String>,
}

struct Provider {
    name: String,
    agent: Arc<dyn Agent>,
    /// As configured; if empty, the agent is asked.
    models: Vec<String>,
    discovered: Mutex<Option<Discovered>>,
}

#[derive(Clone)]
struct Discovered {
    at: Instant,
    models: Result<Vec<AgentModel>, AgentError>,
}

/// Who answers.
pub(crate) struct Chosen {
    /// As the selector calls it.
    pub(crate) id: String,
    /// The model as the agent calls it.
    pub(crate) model: String,
    pub(crate) agent: Arc<dyn Agent>,
}

impl Agents {
    /// The agents of a configuration, and further ones by the name under which they are to be known.
    pub(crate) fn new(config: &Config, further: Vec<(String, Arc<dyn Agent>)>) -> Result<Agents, Error> {
        let mut agents = Agents { providers: Vec::new(), default_model: config.default_model.clone() };
        for provider in &config.providers {
            let agent = crate::agent::open_ai::OpenAi::new(provider)?;
            agents.add(&provider.name, Arc::new(agent), provider.models.clone())?;
        }
        for (name, agent) in further {
            agents.add(&name, agent, Vec::new())?;
        }
        if let Some(model) = &agents.default_model
            && model != Recall::ID
        {
            agents.provider(model)?;
        }
        Ok(agents)
    }

    fn add(&mut self, name: &str, agent: Arc<dyn Agent>, models: Vec<String>) -> Result<(), Error> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > 32 || !name.bytes().all(allowed) {
            return Err(Error::invalid(format!(
                "“{name}” cannot be the name of a provider: take 1 to 32 of a-z, 0-9, - _ and ."
            )));
        }
        if [Recall::ID, Guide::ID].contains(&name) || self.providers.iter().any(|provider| provider.name == name) {
            return Err(Error::invalid(format!("There are two providers called “{name}”: rename one.")));
        }
        self.providers.push(Provider { name: name.to_owned(), agent, models, discovered: Mutex::default() });
        Ok(())
    }

    /// The provider of a model's id, with the model as the provider calls it.
    fn provider<'a>(&self, id: &'a str) -> Result<(&Provider, &'a str), Error> {
        id.split_once('/')
            .filter(|(_, model)| !model.is_empty())
            .and_then(|(name, model)| Some((self.providers.iter().find(|provider| provider.name == name)?, model)))
            .ok_or_else(|| Error::invalid(format!("There is no model “{id}”: choose another one.")))
    }

    /// Who answers with `model`, or by default. In the demo that is its guide, or Recall if it is asked for: a demo needs no model, and must cost
    /// nobody anything.
    pub(crate) async fn choose(
        &self,
        model: Option<&str>,
        mode: DatabaseMode,
        database: &Arc<Database>,
    ) -> Result<Chosen, Error> {
        let id = match (mode, model) {
            (DatabaseMode::Demo, Some(Recall::ID)) => Recall::ID.to_owned(),
            (DatabaseMode::Demo, _) => {
                return Ok(Chosen { id: Guide::ID.to_owned(), model: Guide::ID.to_owned(), agent: Arc::new(Guide) });
            }
            (DatabaseMode::Personal, Some(id)) => id.to_owned(),
            (DatabaseMode::Personal, None) => self.default_id().await,
        };
        if id == Recall::ID {
            let agent = Arc::new(Recall::new(database.clone()));
            return Ok(Chosen { model: id.clone(), id, agent });
        }
        let (provider, model) = self.provider(&id)?;
        Ok(Chosen { model: model.to_owned(), agent: provider.agent.clone(), id })
    }

    async fn default_id(&self) -> String {
        if let Some(id) = &self.default_model {
            return id.clone();
        }
        for provider in &self.providers {
            if let Ok(models) = provider.models().await
                && let Some(first) = models.into_iter().next()
            {
                return first.id;
            }
        }
        Recall::ID.to_owned()
    }

    /// Everything that can answer, and why a provider offers nothing.
    pub(crate) async fn list(&self, mode: DatabaseMode) -> AgentModels {
        let mut list =
            AgentModels { models: vec![Recall::model()], current: Recall::ID.to_owned(), problems: Vec::new() };
        if mode == DatabaseMode::Demo {
            list.models.insert(0, Guide::model());
            list.current = Guide::ID.to_owned();
            return list;
        }
        let answers = join_all(self.providers.iter().map(Provider::models)).await;
        for (provider, models) in self.providers.iter().zip(answers) {
            match models {
                Ok(models) if models.is_empty() => {
                    list.problems.push(format!("{} has no model: load one there.", provider.name));
                }
                Ok(models) => list.models.extend(models),
                Err(error) => list.problems.push(error.to_string()),
            }
        }
        // From what was just found, so that it is not asked for twice.
        let first = list.models.get(1).map(|model| model.id.clone());
        list.current = self.default_model.clone().or(first).unwrap_or(list.current);
        list
    }
}

impl Provider {
    async fn models(&self) -> Result<Vec<AgentModel>, AgentError> {
        if !self.models.is_empty() {
            return Ok(self.models.iter().map(|model| self.model(model)).collect());
        }
        // Held while asking: whoever comes meanwhile waits for this answer instead of asking again.
        let mut discovered = self.discovered.lock().await;
        if let Some(known) = discovered.as_ref() {
            let age = if known.models.is_ok() { LIST_AGE } else { FAILURE_AGE };
            if known.at.elapsed() < age {
                return known.models.clone();
            }
        }
        let models = match timeout(DISCOVERY_TIMEOUT, self.agent.models()).await {
            Ok(models) => models.map(|mut models| {
                models.truncate(MAXIMUM_MODELS);
                models
            }),
            Err(_) => Err(AgentError::TimedOut { provider: self.name.clone(), after: DISCOVERY_TIMEOUT }),
        };
        *discovered = Some(Discovered { at: Instant::now(), models: models.clone() });
        models
    }

    fn model(&self, name: &str) -> AgentModel {
        AgentModel {
            id: format!("{}/{name}", self.name),
            name: name.to_owned(),
            provider: self.name.clone(),
            description: None,
            context_length: None,
        }
    }
}
