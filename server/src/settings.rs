//! What the program is told: by [`arguments`] and the environment, by the [`mod@file`] in the data folder, and where that [`folder`] is.
//!
//! An option given as a flag wins over the environment, the environment over the file, and the file over the default.

pub mod access;
pub mod arguments;
pub mod file;
pub mod folder;

use crate::{access::Rules, contract::Origin, guard::authority::Authority, socket::Limits};
use aios_chat::{Config, ProviderConfig, Secret};
use arguments::ServeOptions;
use file::FileSettings;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// Where the server listens if nothing else is said.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// What model servers of this configuration are called: the first half of their models' ids.
const PROVIDER: &str = "openai";

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Names that the server answers to beside its own.
    pub allow_hosts: Vec<Authority>,
    /// Origins whose pages may use the contract of AI OS.
    pub allow_origins: Vec<Origin>,
    /// Who may come.
    pub access: Rules,
    /// Model servers that nobody configured are looked for.
    pub discovery: bool,
    /// What chat connections may take.
    pub sockets: Limits,
    /// Browsers keep the files of the app.
    pub offline: bool,
    /// `/gallery` is served.
    pub gallery: bool,
    /// What the chat module is opened with.
    pub chat: Config,
}

impl Settings {
    /// Puts together what was said on the command line and in the environment with what the file of the data folder says.
    ///
    /// `general_key` is the value of `OPENAI_API_KEY`. That key is meant for OpenAI, so it goes there and nowhere else.
    pub fn resolve(data: PathBuf, options: ServeOptions, file: FileSettings, general_key: Option<String>) -> Settings {
        let access = options.access.resolve(&file);
        let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let url = said(options.open_ai_url).or(said(file.open_ai_url));
        let key = said(options.open_ai_key).or(said(file.open_ai_key));
        let has_url = url.is_some();
        let own = url.map(|url| ProviderConfig {
            name: PROVIDER.into(),
            api_key: key.or(said(general_key).filter(|_| is_open_ai(&url))).map(Secret::new),
            base_url: url,
            ..ProviderConfig::default()
        });
        let further = file.provider.into_iter().map(|provider| ProviderConfig {
            name: provider.name,
            base_url: provider.url,
            protocol: provider.protocol,
            api_key: said(provider.key).map(Secret::new),
            models: provider.models,
            ..ProviderConfig::default()
        });
        let allow_hosts = if options.allow_host.is_empty() { file.allow_host } else { options.allow_host };
        let allow_origins = if options.allow_origin.is_empty() { file.allow_origin } else { options.allow_origin };
        let sockets = Limits::default();
        let connections = options.connections.or(file.connections).unwrap_or(sockets.connections);
        Settings {
            sockets: Limits { connections, ..sockets },
            listen: options.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            allow_hosts,
            allow_origins,
            access,
            discovery: !(options.no_discovery || file.no_discovery),
            offline: !(options.no_offline || file.no_offline),
            gallery: options.gallery,
            chat: Config {
                data,
                mode: options.mode,
                feeds: None,
                providers: own.into_iter().chain(further).collect(),
                // Without an address of its own, a model is named with its provider.
                default_model: said(options.model)
                    .or(said(file.model))
                    .map(|model| if has_url { full_id(model) } else { model }),
                system_prompt: said(options.system_prompt).or(said(file.system_prompt)),
                name_conversations: !(options.no_titles || file.no_titles),
            },
        }
    }
}

fn is_open_ai(url: &str) -> bool {
    url.strip_prefix("https://api.openai.com").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The id of a model as the chat module knows it. People write what its server calls it, which may hold slashes of its own.
fn full_id(model: String) -> String {
    let known = model == "recall" || model.strip_prefix(PROVIDER).is_some_and(|rest| rest.starts_with('/'));
    if known { model } else { format!("{PROVIDER}/{model}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> ServeOptions {
        ServeOptions::default()
    }

    fn file(text: &str) -> FileSettings {
        toml::from_str(text).unwrap()
    }

    fn resolve(options: ServeOptions, file: FileSettings) -> Settings {
        Settings::resolve("data".into(), options, file, None)
    }

    #[test]
    fn with_nothing_said_it_listens_on_loopback_and_asks_nobody() {
        let settings = resolve(options(), file(""));
        assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
        assert!(settings.chat.providers.is_empty() && settings.chat.default_model.is_none());
    }

    #[test]
    fn what_is_said_on_the_command_line_wins_over_the_file() {
        let text = "listen = '127.0.0.1:1'\nallow_host = ['a.example']\nconnections = 3\nopen_ai_url = 'http://file/v1'\nmodel = 'x'";
        let from_file = resolve(options(), file(text));
        assert_eq!((from_file.listen.port(), from_file.sockets.connections), (1, 3));
        assert_eq!(from_file.allow_hosts[0].to_string(), "a.example");
        assert_eq!(from_file.chat.providers[0].base_url, "http://file/v1");
        let said = ServeOptions {
            listen: Some("127.0.0.1:2".parse().unwrap()),
            allow_host: vec!["b.example".parse().unwrap()],
            connections: Some(4),
            open_ai_url: Some("http://flag/v1".into()),
            model: Some("recall".into()),
            ..options()
        };
        let both = resolve(said, file(text));
        assert_eq!((both.listen.port(), both.sockets.connections), (2, 4));
        assert_eq!(both.allow_hosts.iter().map(ToString::to_string).collect::<Vec<_>>(), ["b.example"]);
        assert_eq!(both.chat.providers[0].base_url, "http://flag/v1");
        assert_eq!(both.chat.default_model.as_deref(), Some("recall"));
    }

    #[test]
    fn a_model_is_named_as_its_server_names_it() {
        let id = |model: &str| full_id(model.to_owned());
        assert_eq!(id("gpt-5"), "openai/gpt-5");
        assert_eq!(id("Qwen/Qwen3-4B"), "openai/Qwen/Qwen3-4B");
        assert_eq!(id("openai/gpt-5"), "openai/gpt-5");
        assert_eq!(id("recall"), "recall");
    }

    #[test]
    fn the_general_key_goes_to_open_ai_only() {
        let key = |url: &str| {
            let options = ServeOptions { open_ai_url: Some(url.into()), ..options() };
            Settings::resolve("data".into(), options, file(""), Some("key".into())).chat.providers[0].api_key.is_some()
        };
        assert!(key("https://api.openai.com/v1"));
        assert!(!key("http://api.openai.com/v1"));
        assert!(!key("https://api.openai.com.evil.example/v1"));
        assert!(!key("http://127.0.0.1:8091/v1"));
    }

    #[test]
    fn further_providers_are_tables_of_the_file_and_discovery_can_be_switched_off() {
        let text = "no_discovery = true\n[[provider]]\nname = 'home'\nurl = 'http://nola:8000'\nprotocol = 'ai_os'\nkey = 'hunter2'";
        let settings = resolve(ServeOptions { model: Some("home/agent".into()), ..options() }, file(text));
        assert!(!settings.discovery && resolve(options(), file("")).discovery);
        assert_eq!(settings.chat.providers[0].protocol, aios_chat::agent::Protocol::AiOs);
        assert_eq!(settings.chat.default_model.as_deref(), Some("home/agent"));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn a_key_is_never_printed() {
        let options =
            ServeOptions { open_ai_url: Some("http://x/v1".into()), open_ai_key: Some("hunter2".into()), ..options() };
        assert!(!format!("{:?}", resolve(options.clone(), file("open_ai_key = 'hunter2'"))).contains("hunter2"));
        assert!(!format!("{options:?} {:?}", file("open_ai_key = 'hunter2'")).contains("hunter2"));
    }
}
