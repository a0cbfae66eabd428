//! `config.toml` in the data folder.

use crate::{contract::Origin, guard::authority::Authority};
use aios_chat::agent::Protocol;
use serde::{Deserialize, Deserializer, de::Error as _};
use std::{
    fmt::{self, Display},
    io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
};

/// The name of the file in the data folder.
pub const FILE_NAME: &str = "config.toml";

/// What the file says; each key is the flag of the same name.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// `--listen`.
    #[serde(deserialize_with = "parsed")]
    pub listen: Option<SocketAddr>,
    /// `--allow-host`, as a list.
    #[serde(deserialize_with = "all_parsed")]
    pub allow_host: Vec<Authority>,
    /// `--allow-origin`, as a list.
    #[serde(deserialize_with = "all_parsed")]
    pub allow_origin: Vec<Origin>,
    /// `--token`.
    pub token: Option<String>,
    /// `--require-token`.
    pub require_token: bool,
    /// `--trusted-proxy`, as a list.
    pub trusted_proxy: Vec<IpAddr>,
    /// `--read-only`.
    pub read_only: bool,
    /// `--open-ai-url`.
    pub open_ai_url: Option<String>,
    /// `--open-ai-key`.
    pub open_ai_key: Option<String>,
    /// `--model`.
    pub model: Option<String>,
    /// `--system-prompt`.
    pub system_prompt: Option<String>,
    /// `--no-discovery`.
    pub no_discovery: bool,
    /// `--no-titles`.
    pub no_titles: bool,
    /// `--connections`.
    pub connections: Option<usize>,
    /// `--no-offline`.
    pub no_offline: bool,
    /// Further model servers, each a table.
    pub provider: Vec<ProviderSettings>,
}

/// A model server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// The first half of its models' ids.
    pub name: String,
    /// Where it is: with the version, if its protocol has one in the address.
    pub url: String,
    /// `open_ai` (the default), `ollama`, `anthropic`, `gemini` or `ai_os`.
    #[serde(default)]
    pub protocol: Protocol,
    /// Its key, if it needs one.
    #[serde(default)]
    pub key: Option<String>,
    /// The models to offer; if empty, it is asked for its own list.
    #[serde(default)]
    pub models: Vec<String>,
}

impl fmt::Debug for FileSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FileSettings").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// Why the file says nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is there and cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{}: {}", path.display(), source.to_string().trim_end())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
}

impl FileSettings {
    /// Reads the file of a data folder. No file says nothing.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or holds a key or value that is not known.
    pub fn read(data: &Path) -> Result<FileSettings, Error> {
        let path = data.join(FILE_NAME);
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|source| Error::Parse { path, source: Box::new(source) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(FileSettings::default()),
            Err(source) => Err(Error::Read { path, source }),
        }
    }
}

fn parsed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let address = text.parse().map_err(|_| D::Error::custom("not an address with a port, as 127.0.0.1:3000"))?;
    Ok(Some(address))
}

fn all_parsed<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_says_nothing_and_a_wrong_one_says_where() {
        let data = tempfile::tempdir().unwrap();
        assert!(FileSettings::read(data.path()).unwrap().listen.is_none());
        let error = |text: &str| {
            std::fs::write(data.path().join(FILE_NAME), text).unwrap();
            FileSettings::read(data.path()).unwrap_err().to_string()
        };
        assert!(error("listen = 'here'").contains("as 127.0.0.1:3000"));
        assert!(error("model = 'x'\nlisten_on = 'x'").contains("line 2"));
        assert!(error("model = ").contains("config.toml"));
        assert!(error("allow_host = ['http://x']").contains("host name"));
    }
}
