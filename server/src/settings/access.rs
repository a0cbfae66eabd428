//! What `serve` can be told about access.

use super::file::FileSettings;
use crate::access::{Rules, secret::Token};
use clap::{Args, builder::FalseyValueParser};
use std::net::IpAddr;

/// Options of `serve` about who may come.
#[derive(Args, Clone, Default)]
pub struct AccessOptions {
    /// The token that programs send and browsers sign in with. Better said in the environment (AIOS_API_TOKEN is taken too), or made by `token new`.
    /// It is needed wherever others than this machine reach the server, and wherever it is said.
    #[arg(long, value_name = "TOKEN", env = "AIOS_CHAT_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Asks for the token on loopback, too: for a proxy on this machine that others reach.
    #[arg(long, env = "AIOS_CHAT_REQUIRE_TOKEN", value_parser = FalseyValueParser::new())]
    pub require_token: bool,
    /// The address of a proxy with TLS before this server, whose X-Forwarded-Proto is believed; may be given several times.
    #[arg(long, value_name = "ADDRESS", env = "AIOS_CHAT_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,
    /// Shows the history and takes no changes but chat, as for a public demo.
    #[arg(long, env = "AIOS_READ_ONLY", value_parser = FalseyValueParser::new())]
    pub read_only: bool,
}

impl AccessOptions {
    /// Takes the value of `AIOS_API_TOKEN`, by which AI OS knows its token, where no other was said on the command line or in the environment.
    pub fn or_token(mut self, general: Option<String>) -> AccessOptions {
        self.token = self.token.filter(|token| !token.trim().is_empty()).or(general);
        self
    }

    /// Puts together what was said with what the file of the data folder says.
    pub fn resolve(self, file: &FileSettings) -> Rules {
        let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let token = said(self.token).or(said(file.token.clone()));
        let listed = if self.trusted_proxy.is_empty() { file.trusted_proxy.clone() } else { self.trusted_proxy };
        Rules {
            token: token.as_deref().map(Token::new),
            require: self.require_token || file.require_token,
            trusted_proxies: listed.into_iter().map(|address| address.to_canonical()).collect(),
            read_only: self.read_only || file.read_only,
            ..Rules::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_wins_over_the_file_and_no_token_is_printed() {
        let file: FileSettings =
            toml::from_str("token = 'from the file, long'\nrequire_token = true\ntrusted_proxy = ['10.0.0.1']")
                .unwrap();
        let rules = AccessOptions::default().resolve(&file);
        assert!(rules.require && !rules.read_only && rules.trusted_proxies == ["10.0.0.1".parse::<IpAddr>().unwrap()]);
        assert!(!format!("{rules:?} {file:?}").contains("from the file"));
        let said =
            AccessOptions { trusted_proxy: vec!["::ffff:10.0.0.2".parse().unwrap()], ..AccessOptions::default() };
        let rules = said.or_token(Some("general".into())).resolve(&FileSettings::default());
        assert_eq!(rules.trusted_proxies, ["10.0.0.2".parse::<IpAddr>().unwrap()]);
        assert!(rules.token.is_some() && !rules.require);
        assert!(AccessOptions::default().or_token(Some(" ".into())).resolve(&FileSettings::default()).token.is_none());
    }
}
