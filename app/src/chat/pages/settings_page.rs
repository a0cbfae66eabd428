//! What a reader can choose.

use crate::{
    chat::{
        components::language_choice::LanguageChoice,
        services::chat_api::SaveSettings,
        types::settings::{SETTINGS, Setting, Settings},
    },
    shell::is_guarded,
    texts::texts,
};
use aios_texts::Texts;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

/// The page of `/settings`. A plain form, which works without JavaScript; what concerns the looks is shown while one chooses, by the style sheet
/// alone.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let chosen = Settings::here();
    let texts = texts();
    view! {
        <Title text=texts.settings()/>
        <section id="settings" class="settings">
            <h1>{texts.settings()}</h1>
            <form class="settings-form" method="post" action=SaveSettings::PATH autocomplete="off">
                {SETTINGS.iter().map(|setting| choice(setting, chosen, texts)).collect_view()}
                <div class="settings-foot">
                    <button class="primary" type="submit">{texts.save()}</button>
                    <span class="hint">{texts.kept_for_a_year()}</span>
                </div>
            </form>
            <h2>{texts.language_label()}</h2>
            <LanguageChoice/>
            <h2>{texts.kept_where()}</h2>
            <dl>
                <div><dt>{texts.on_the_server()}</dt><dd>{texts.on_the_server_are()}</dd></div>
                <div>
                    <dt>{texts.in_this_browser()}</dt>
                    <dd>
                        {texts.in_this_browser_are()}
                        <span class="copy-choice-link">
                            " "{texts.a_copy_too()}" "<button class="link" type="button" data-copy="choose">{texts.choose_copy()}</button>
                        </span>
                    </dd>
                </div>
                <div><dt>{texts.elsewhere()}</dt><dd>{texts.elsewhere_goes()}</dd></div>
            </dl>
            <h2>{texts.more_settings()}</h2>
            <ul class="settings-more">
                <li><a href="/keys">{texts.do_keys()}</a></li>
                <li><a href="/imports">{texts.imports_and_undo()}</a></li>
                {is_guarded().then(|| view! { <li><a href="/access" rel="external">{texts.who_is_signed_in()}</a></li> })}
                <li class="hint" dir="ltr">{concat!("AI OS Chat ", env!("CARGO_PKG_VERSION"))}</li>
            </ul>
        </section>
    }
}

fn choice(setting: &'static Setting, chosen: Settings, texts: Texts) -> AnyView {
    let value = chosen.chosen(setting.name);
    let (name, about) = words(setting.name, texts);
    let mut choices = setting.choices.to_vec();
    // From less to more, wherever what is usual stands.
    if let Some(less) = choices.iter().position(|word| matches!(*word, "small" | "narrow")) {
        choices.swap(0, less);
    }
    let choices = choices.into_iter().map(|word| {
        view! {
            <label>
                <input type="radio" name=setting.name value=word checked=word == value/>
                <span>{called(word, texts)}</span>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{name}</legend>
            <p class="hint">{about}</p>
            <div class="choices">{choices.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// What a setting is called, and what it does.
fn words(setting: &str, texts: Texts) -> (&'static str, &'static str) {
    match setting {
        "theme" => (texts.theme(), texts.theme_about()),
        "face" => (texts.face(), texts.face_about()),
        "size" => (texts.size(), texts.size_about()),
        "width" => (texts.width(), texts.width_about()),
        "send" => (texts.send_with(), texts.send_with_about()),
        _ => (texts.letters(), texts.letters_about()),
    }
}

/// What a value is called.
fn called(value: &str, texts: Texts) -> &'static str {
    match value {
        "system" => texts.choice_system(),
        "light" => texts.choice_light(),
        "dark" => texts.choice_dark(),
        "serif" => texts.choice_serif(),
        "normal" => texts.choice_normal(),
        "small" => texts.choice_small(),
        "large" => texts.choice_large(),
        "larger" => texts.choice_larger(),
        "narrow" => texts.choice_narrow(),
        "wide" => texts.choice_wide(),
        "enter" => "Enter",
        "control" => texts.choice_control(),
        "on" => texts.choice_on(),
        _ => texts.choice_off(),
    }
}
