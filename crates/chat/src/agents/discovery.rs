//! Model servers that nobody configured: those at their usual ports on this machine, and those whose keys are in the environment.

use crate::{
    agent::Protocol,
    config::{ProviderConfig, Secret},
};

/// Servers at their usual ports on this machine.
const LOCAL: [(&str, Protocol, &str); 5] = [
    ("ollama", Protocol::Ollama, "http://127.0.0.1:11434"),
    ("lm-studio", Protocol::OpenAi, "http://127.0.0.1:1234/v1"),
    ("llama.cpp", Protocol::OpenAi, "http://127.0.0.1:8080/v1"),
    ("vllm", Protocol::OpenAi, "http://127.0.0.1:8000/v1"),
    ("jan", Protocol::OpenAi, "http://127.0.0.1:1337/v1"),
];

/// Providers by the variable that holds the key; the key goes to this address and nowhere else.
const KEYED: [(&str, &str, Protocol, &str); 6] = [
    ("OPENAI_API_KEY", "openai", Protocol::OpenAi, "https://api.openai.com/v1"),
    ("ANTHROPIC_API_KEY", "anthropic", Protocol::Anthropic, "https://api.anthropic.com/v1"),
    ("GEMINI_API_KEY", "gemini", Protocol::Gemini, "https://generativelanguage.googleapis.com/v1beta"),
    ("OPENROUTER_API_KEY", "openrouter", Protocol::OpenAi, "https://openrouter.ai/api/v1"),
    ("GROQ_API_KEY", "groq", Protocol::OpenAi, "https://api.groq.com/openai/v1"),
    ("MISTRAL_API_KEY", "mistral", Protocol::OpenAi, "https://api.mistral.ai/v1"),
];

/// The providers to look for beside those that are configured. `environment` gives the values of variables.
///
/// None is asked here: a server that does not answer is left out of the list when it is made. Whoever has a key in the environment has not yet
/// said that a history may go there: such a provider is offered, but never answers unless it is chosen.
pub fn discover(environment: impl Fn(&str) -> Option<String>) -> Vec<ProviderConfig> {
    let found = |name: &str, protocol, base_url: &str| ProviderConfig {
        name: name.into(),
        base_url: base_url.into(),
        protocol,
        found: true,
        ..ProviderConfig::default()
    };
    let local = LOCAL.iter().map(|(name, protocol, address)| found(name, *protocol, address));
    let keyed = KEYED.iter().filter_map(|(variable, name, protocol, address)| {
        let key = environment(variable).filter(|key| !key.trim().is_empty())?;
        Some(ProviderConfig { api_key: Some(Secret::new(key.trim())), ..found(name, *protocol, address) })
    });
    local.chain(keyed).collect()
}

#[cfg(test)]
mod tests {
    use super::discover;

    #[test]
    fn a_key_brings_its_provider_and_goes_there_alone() {
        let names =
            |found: Vec<crate::ProviderConfig>| found.into_iter().map(|provider| provider.name).collect::<Vec<_>>();
        let local = names(discover(|_| None));
        assert_eq!(local, ["ollama", "lm-studio", "llama.cpp", "vllm", "jan"]);
        let found = discover(|name| (name == "GROQ_API_KEY").then(|| " key\n".into()));
        let keyed: Vec<_> = found.iter().filter(|provider| provider.api_key.is_some()).collect();
        assert_eq!((keyed.len(), keyed[0].base_url.as_str()), (1, "https://api.groq.com/openai/v1"));
        assert_eq!(keyed[0].api_key.as_ref().unwrap().expose(), "key");
        assert!(!format!("{found:?}").contains("key\""));
    }
}
