//! The words of the scripts that run beside the page's module: those of `public/words.js`.

use aios_texts::{Language, Texts};

/// The line with which that script knows them: by the code of a language, and by name, with `{0}` for what is put in. In the repository it has English.
pub fn words(languages: &[Language]) -> String {
    let of = |language: &Language| {
        let texts = Texts::of(*language);
        let words = serde_json::json!({
            "copyAll": texts.copy_all(),
            "copyAsksInVain": texts.copy_asks_in_vain(),
            "copyCancel": texts.copy_cancel(),
            "copyForget": texts.copy_forget(),
            "copyInUse": texts.copy_in_use(),
            "copyIs": texts.copy_is("{0}", "{1}", "{2}"),
            "copyKeep": texts.copy_keep(),
            "copyMayGo": texts.copy_may_go(),
            "copyMonth": texts.copy_month(),
            "copyNewest": texts.copy_newest("{0}", "{1}"),
            "copyNone": texts.copy_none(),
            "copyNoneWhy": texts.copy_none_why("{0}"),
            "copyNotMade": texts.copy_not_made("{0}"),
            "copyNothing": texts.copy_nothing(),
            "copyNothingKept": texts.copy_nothing_kept(),
            "copyOffline": texts.copy_offline(),
            "copyQuarter": texts.copy_quarter(),
            "copyStays": texts.copy_stays(),
            "copySyncing": texts.copy_syncing(),
            "copyTitle": texts.copy_title(),
            "copyToCome": texts.copy_to_come("{0}"),
            "copyWaiting": texts.copy_waiting("{0}"),
            "copyWhat": texts.copy_what(),
            "copyWhole": texts.copy_whole(),
            "copyYear": texts.copy_year(),
            "laterButton": texts.later_button(),
            "loadIt": texts.load_it(),
            "notStarted": texts.not_started(),
            "serverAway": texts.server_away(),
            "serverAwayMeans": texts.server_away_means(),
            "serverAwayWhy": texts.server_away_why(),
            "shareLost": texts.share_lost(),
            "tryNow": texts.try_now(),
            "updateReady": texts.update_ready(),
        });
        (language.code().to_owned(), words)
    };
    let words: serde_json::Map<_, _> = languages.iter().map(of).collect();
    format!("const WORDS = {};", serde_json::Value::Object(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_beside_the_module_is_said_in_every_language_and_in_english_as_it_is() {
        let script = include_str!("../../public/words.js");
        assert!(script.contains(&words(&[Language::English])), "public/words.js says other words than texts/en.ftl");
        let texts = Texts::default();
        let page = include_str!("../../public/offline.html");
        for said in [texts.server_away(), texts.server_away_means(), texts.server_away_why(), texts.try_now()] {
            assert!(page.contains(&format!(">{said}</")), "{said}");
        }
        assert!(words(&Language::ALL).contains(Texts::of(Language::Arabic).server_away()));
    }
}
