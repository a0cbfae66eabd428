//! The agents that are configured, and which of them answers.

mod discovery;

pub use self::discovery::discover;

use crate::{
    Error,
    agent::{Agent, AgentError, ModelServer, recall::Recall},
    config::Config,
    demo::Guide,
    stream::locked,
};
use aios_protocol::agents::{AgentModel, AgentModels, DatabaseMode};
use aios_store::Database;
use futures::future::join_all;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

/// How long a provider may take to list its models. The selector waits for it; a start never does.
const DISCOVERY_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a provider that was looked for may take. It is asked on all the same, and the next list has what it said.
const LOOKING_TIMEOUT: Duration = Duration::from_millis(300);

/// How long a list of models is taken as it is.
const LIST_AGE: Duration = Duration::from_secs(30);

/// How long a failure to list is: short, because somebody may just have started the server.
const FAILURE_AGE: Duration = Duration::from_secs(5);

/// The most models that are listed of one provider.
const MAXIMUM_MODELS: usize = 1000;

pub(crate) struct Agents {
    providers: Vec<Arc<Provider>>,
    default_model: Option<String>,
}

struct Provider {
    name: String,
    agent: Arc<dyn Agent>,
    /// As configured; if empty, the agent is asked.
    models: Vec<String>,
    /// It was looked for, not configured.
    found: bool,
    /// It may answer without being chosen.
    is_free: bool,
    discovered: Mutex<Discovered>,
}

#[derive(Default)]
struct Discovered {
    last: Option<(Instant, Result<Vec<AgentModel>, AgentError>)>,
    /// Being asked at this moment; told when it has answered.
    asking: Option<watch::Receiver<bool>>,
}

/// Who answers.
pub(crate) struct Chosen {
    /// As the selector calls it.
    pub(crate) id: String,
    /// The model as the agent calls it.
    pub(crate) model: String,
    pub(crate) agent: Arc<dyn Agent>,
    /// Tokens that the model can take, if its server has said.
    pub(crate) context_length: Option<u32>,
}

impl Chosen {
    /// It is a language model, not the search and not the guide of the demo.
    pub(crate) fn is_model(&self) -> bool {
        ![Recall::ID, Guide::ID].contains(&self.id.as_str())
    }
}

impl Agents {
    /// The agents of a configuration, and further ones by the name under which they are to be known.
    pub(crate) fn new(config: &Config, further: Vec<(String, Arc<dyn Agent>)>) -> Result<Agents, Error> {
        let mut agents = Agents { providers: Vec::new(), default_model: config.default_model.clone() };
        for provider in &config.providers {
            // What is configured comes before what was found.
            if provider.found && agents.providers.iter().any(|known| known.name == provider.name) {
                continue;
            }
            let agent = Arc::new(ModelServer::new(provider)?);
            let models = provider.models.clone();
            agents.add(&provider.name, agent, models, (provider.found, provider.api_key.is_none()))?;
        }
        for (name, agent) in further {
            agents.add(&name, agent, Vec::new(), (false, true))?;
        }
        if let Some(model) = &agents.default_model
            && model != Recall::ID
        {
            agents.provider(model)?;
        }
        Ok(agents)
    }

    fn add(
        &mut self,
        name: &str,
        agent: Arc<dyn Agent>,
        models: Vec<String>,
        (found, has_no_key): (bool, bool),
    ) -> Result<(), Error> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > 32 || !name.bytes().all(allowed) {
            return Err(Error::invalid(format!(
                "“{name}” cannot be the name of a provider: take 1 to 32 of a-z, 0-9, - _ and ."
            )));
        }
        if [Recall::ID, Guide::ID].contains(&name) || self.providers.iter().any(|provider| provider.name == name) {
            return Err(Error::invalid(format!("There are two providers called “{name}”: rename one.")));
        }
        let is_free = !found || has_no_key;
        let discovered = Mutex::default();
        self.providers.push(Arc::new(Provider { name: name.to_owned(), agent, models, found, is_free, discovered }));
        Ok(())
    }

    /// The provider of a model's id, with the model as the provider calls it.
    fn provider<'a>(&self, id: &'a str) -> Result<(&Arc<Provider>, &'a str), Error> {
        id.split_once('/')
            .filter(|(_, model)| !model.is_empty())
            .and_then(|(name, model)| Some((self.providers.iter().find(|provider| provider.name == name)?, model)))
            .ok_or_else(|| Error::invalid(format!("There is no model “{id}”: choose another one.")))
    }

    /// There is an agent for this id, as far as can be told without asking it.
    pub(crate) fn knows(&self, id: &str) -> bool {
        id == Recall::ID || self.provider(id).is_ok()
    }

    /// Asks all providers for their models, without waiting for them.
    pub(crate) fn look(&self) {
        self.providers.iter().for_each(|provider| drop(provider.ask()));
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
                return Ok(Chosen {
                    id: Guide::ID.to_owned(),
                    model: Guide::ID.to_owned(),
                    agent: Arc::new(Guide),
                    context_length: None,
                });
            }
            (DatabaseMode::Personal, Some(id)) => id.to_owned(),
            (DatabaseMode::Personal, None) => self.default_id().await,
        };
        if id == Recall::ID {
            let agent = Arc::new(Recall::new(database.clone()));
            return Ok(Chosen { model: id.clone(), id, agent, context_length: None });
        }
        let (provider, model) = self.provider(&id)?;
        let context_length = provider.context_length(&id);
        Ok(Chosen { model: model.to_owned(), agent: provider.agent.clone(), id, context_length })
    }

    async fn default_id(&self) -> String {
        if let Some(id) = &self.default_model {
            return id.clone();
        }
        let free: Vec<_> = self.providers.iter().filter(|provider| provider.is_free).collect();
        let lists = join_all(free.iter().map(|provider| provider.models())).await;
        let first = lists.into_iter().flatten().flatten().next();
        first.map_or_else(|| Recall::ID.to_owned(), |model| model.id)
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
        let answers = join_all(self.providers.iter().map(|provider| provider.models())).await;
        let mut first = None;
        for (provider, models) in self.providers.iter().zip(answers) {
            match models {
                Ok(models) if models.is_empty() && provider.found => {}
                Ok(models) if models.is_empty() => {
                    list.problems.push(format!("{} has no model: load one there.", provider.name));
                }
                Ok(models) => {
                    if provider.is_free {
                        first = first.or_else(|| models.first().map(|model| model.id.clone()));
                    }
                    list.models.extend(models);
                }
                // Without a key it is just not there.
                Err(_) if provider.found && provider.is_free => {}
                Err(error) => list.problems.push(error.to_string()),
            }
        }
        list.current = self.default_model.clone().or(first).unwrap_or(list.current);
        list
    }
}

impl Provider {
    async fn models(self: &Arc<Provider>) -> Result<Vec<AgentModel>, AgentError> {
        if !self.models.is_empty() {
            return Ok(self.models.iter().map(|model| self.model(model)).collect());
        }
        let patience = if self.found { LOOKING_TIMEOUT } else { DISCOVERY_TIMEOUT };
        if let Some(mut asking) = self.ask() {
            // Neither being too late nor the end of who asks is more than a list that is not there.
            let _ = timeout(patience, asking.wait_for(|answered| *answered)).await;
        }
        let known = locked(&self.discovered).last.as_ref().map(|(_, models)| models.clone());
        known.unwrap_or_else(|| Err(AgentError::TimedOut { provider: self.name.clone(), after: patience }))
    }

    /// Asks for the models, unless what is known is young enough or they are being asked for. The receiver is told when they are known.
    fn ask(self: &Arc<Provider>) -> Option<watch::Receiver<bool>> {
        if !self.models.is_empty() {
            return None;
        }
        let mut discovered = locked(&self.discovered);
        if let Some(asking) = &discovered.asking {
            return Some(asking.clone());
        }
        if let Some((at, models)) = &discovered.last {
            let age = if models.is_ok() { LIST_AGE } else { FAILURE_AGE };
            if at.elapsed() < age {
                return None;
            }
        }
        let (answered, asking) = watch::channel(false);
        discovered.asking = Some(asking.clone());
        let provider = self.clone();
        tokio::spawn(async move {
            let models = match timeout(DISCOVERY_TIMEOUT, provider.agent.models()).await {
                Ok(models) => models.map(|mut models| {
                    models.truncate(MAXIMUM_MODELS);
                    models
                }),
                Err(_) => Err(AgentError::TimedOut { provider: provider.name.clone(), after: DISCOVERY_TIMEOUT }),
            };
            *locked(&provider.discovered) = Discovered { last: Some((Instant::now(), models)), asking: None };
            answered.send_replace(true);
        });
        Some(asking)
    }

    fn context_length(&self, id: &str) -> Option<u32> {
        let discovered = locked(&self.discovered);
        let (_, models) = discovered.last.as_ref()?;
        models.as_ref().ok()?.iter().find(|model| model.id == id)?.context_length
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
