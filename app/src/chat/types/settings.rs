//! What a reader can choose about the interface. It lies in one cookie, so that the first byte of a page is as it was chosen; the page has it in
//! attributes of `<html>`, where the style sheet and the page's own code read it.

/// Something to choose.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in the cookie, in the form, and after `data-` on `<html>`.
    pub name: &'static str,
    /// Its values. The first one holds if nothing is chosen, and has no attribute.
    pub choices: &'static [&'static str],
}

/// All of them.
pub static SETTINGS: [Setting; 6] = [
    Setting { name: "theme", choices: &["system", "light", "dark"] },
    Setting { name: "face", choices: &["system", "serif"] },
    Setting { name: "size", choices: &["normal", "small", "large", "larger"] },
    Setting { name: "width", choices: &["normal", "narrow", "wide"] },
    Setting { name: "send", choices: &["enter", "control"] },
    Setting { name: "letters", choices: &["on", "off"] },
];

/// What is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settings([u8; SETTINGS.len()]);

impl Settings {
    /// The cookie that they are in.
    pub const COOKIE: &'static str = "settings";

    /// Reads `name=value&name=value`. What is not known, or no value of its setting, is left out.
    pub fn read(text: &str) -> Settings {
        let mut settings = Settings::default();
        for (name, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
            settings.choose(name, value);
        }
        settings
    }

    /// Writes them as [`read`](Settings::read) reads them, without those that are as they are anyway.
    pub fn written(&self) -> String {
        let chosen = SETTINGS.iter().filter_map(|setting| Some((setting.name, self.attribute(setting.name)?)));
        chosen.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// Chooses a value; false if there is no such setting or value, and then nothing is changed.
    pub fn choose(&mut self, name: &str, value: &str) -> bool {
        let place = SETTINGS.iter().position(|setting| setting.name == name);
        let chosen = place.and_then(|place| {
            let choice = SETTINGS[place].choices.iter().position(|known| *known == value)?;
            Some((place, u8::try_from(choice).ok()?))
        });
        let Some((place, choice)) = chosen else { return false };
        self.0[place] = choice;
        true
    }

    /// The value of a setting; empty for one that does not exist.
    pub fn chosen(&self, name: &str) -> &'static str {
        let chosen = SETTINGS.iter().zip(self.0).find(|(setting, _)| setting.name == name);
        chosen.map_or("", |(setting, choice)| setting.choices[usize::from(choice)])
    }

    /// The value of its attribute on `<html>`; none if it is as it is anyway.
    pub fn attribute(&self, name: &str) -> Option<&'static str> {
        let chosen = SETTINGS.iter().zip(self.0).find(|(setting, choice)| setting.name == name && *choice > 0);
        chosen.map(|(setting, choice)| setting.choices[usize::from(choice)])
    }

    /// Those of whoever looks at this page.
    pub fn here() -> Settings {
        #[cfg(feature = "ssr")]
        return of_request();
        #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
        return of_page();
        #[cfg(not(any(feature = "ssr", feature = "hydrate")))]
        Settings::default()
    }
}

/// What the two `theme-color` of a page are for, in the order light and dark, when a theme is chosen.
pub fn theme_media(theme: &str) -> [&'static str; 2] {
    match theme {
        "light" => ["all", "not all"],
        "dark" => ["not all", "all"],
        _ => ["(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"],
    }
}

#[cfg(feature = "ssr")]
fn of_request() -> Settings {
    let request = leptos::prelude::use_context::<http::request::Parts>();
    request.map(|request| in_cookies(&request.headers)).unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn in_cookies(headers: &http::HeaderMap) -> Settings {
    let cookies = headers.get_all(http::header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let text = pairs.find(|(name, _)| *name == Settings::COOKIE);
    text.map(|(_, text)| Settings::read(text)).unwrap_or_default()
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
fn of_page() -> Settings {
    let mut settings = Settings::default();
    let root = leptos::prelude::document().document_element();
    for setting in &SETTINGS {
        let value = root.as_ref().and_then(|root| root.get_attribute(&["data-", setting.name].concat()));
        settings.choose(setting.name, &value.unwrap_or_default());
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, Settings};

    #[test]
    fn what_is_written_is_read_again() {
        let mut settings = Settings::default();
        assert_eq!(settings.written(), "");
        for setting in &SETTINGS {
            assert!(settings.choose(setting.name, setting.choices[1]));
        }
        assert_eq!(settings.written(), "theme=light&face=serif&size=small&width=narrow&send=control&letters=off");
        assert_eq!(Settings::read(&settings.written()), settings);
    }

    #[test]
    fn what_nobody_can_choose_is_left_out() {
        let settings = Settings::read("theme=\"><script>&theme=dark&width&=wide&x=y&size=large\u{e4}&theme=");
        assert_eq!(settings.written(), "theme=dark");
        assert_eq!((settings.chosen("theme"), settings.chosen("size"), settings.chosen("x")), ("dark", "normal", ""));
        assert_eq!((settings.attribute("theme"), settings.attribute("size")), (Some("dark"), None));
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = http::HeaderMap::new();
        headers.append("cookie", "mode=demo; settings=theme=dark&send=control".parse().unwrap());
        let settings = super::in_cookies(&headers);
        assert_eq!(settings.written(), "theme=dark&send=control");
    }
}
