use super::Ledger;
use aios_import::{Input, Item, Reader};
use aios_model::{ImportStatus, Novelty, Source};
use aios_protocol::{
    import::SaveOutcome,
    worker::{Choice, Filter, Line, LineState},
};
use std::io::Cursor;

/// A ledger of conversations with these titles; those without a title have nothing in them.
fn ledger(titles: &[&str]) -> Ledger {
    let one = |(id, title): (usize, &&str)| match *title {
        "" => format!(r#"{{"uuid":"{id}","name":"","chat_messages":[]}}"#),
        title => format!(
            r#"{{"uuid":"{id}","name":"{title}","chat_messages":[{{"uuid":"m","sender":"human","text":"Hello"}}]}}"#
        ),
    };
    let text = format!("[{}]", titles.iter().enumerate().map(one).collect::<Vec<_>>().join(","));
    let mut ledger = Ledger::default();
    for item in Reader::new(vec![Input::new("a.json", Cursor::new(text.into_bytes()))]) {
        match item {
            Item::Conversation(found) => drop(ledger.found(&found)),
            Item::Left(item, location) => ledger.left(*item, location),
            _ => {}
        }
    }
    ledger
}

fn shown(ledger: &mut Ledger, filter: Filter) -> Vec<String> {
    ledger.show(filter, 0, 100);
    ledger.window().2.into_iter().map(|line| line.title.unwrap_or_default()).collect()
}

fn words(words: &str) -> Filter {
    Filter { words: words.to_owned(), ..Filter::default() }
}

fn lines(ledger: &mut Ledger) -> Vec<Line> {
    ledger.show(Filter::default(), 0, 100);
    ledger.window().2
}

#[test]
fn words_are_found_in_any_case_and_order() {
    let mut ledger = ledger(&["Bread on Sunday", "ХЛЕБ и соль", "Sunday walk", "Bread"]);
    assert_eq!(shown(&mut ledger, words("sunday bread")), ["Bread on Sunday"]);
    assert_eq!(shown(&mut ledger, words("хлеб")), ["ХЛЕБ и соль"]);
    assert_eq!(shown(&mut ledger, words(" ")).len(), 4);
    assert_eq!(shown(&mut ledger, Filter { source: Some(Source::new("chatgpt")), ..Filter::default() }).len(), 0);
}

#[test]
fn what_is_here_already_and_what_is_empty_is_not_chosen() {
    let mut ledger = ledger(&["new", "same", "", "changed"]);
    ledger.compared(0, Novelty::New);
    ledger.compared(1, Novelty::Same);
    ledger.compared(3, Novelty::Changed);
    assert_eq!(ledger.chosen(), 2);
    let states: Vec<_> = lines(&mut ledger).into_iter().map(|line| (line.state, line.chosen)).collect();
    assert_eq!(
        states,
        [
            (LineState::New, Some(true)),
            (LineState::Same, Some(false)),
            (LineState::Empty, None),
            (LineState::Changed, Some(true))
        ]
    );
    let counts = ledger.counts();
    assert_eq!(counts.len(), 4);
    assert!(counts.iter().all(|count| count.conversations == 1 && count.source == Source::new("claude")));
    assert_eq!(shown(&mut ledger, Filter { state: Some(LineState::Changed), ..Filter::default() }), ["changed"]);
}

#[test]
fn choices_reach_what_fits_the_filter_and_nothing_else() {
    let mut ledger = ledger(&["red one", "blue one", "red two", ""]);
    (0..3).for_each(|number| ledger.compared(number, Novelty::New));
    ledger.show(words("red"), 0, 100);
    ledger.choose(Choice::None);
    assert_eq!(ledger.chosen(), 1);
    ledger.choose(Choice::One(2, true));
    ledger.choose(Choice::One(3, true));
    assert_eq!(ledger.chosen(), 2, "an empty conversation cannot be chosen");
    ledger.compared(2, Novelty::Changed);
    ledger.show(Filter::default(), 0, 100);
    ledger.choose(Choice::New);
    let chosen: Vec<_> = lines(&mut ledger).into_iter().map(|line| line.chosen).collect();
    assert_eq!(chosen, [Some(true), Some(true), Some(false), None]);
    ledger.choose(Choice::All);
    assert_eq!(ledger.chosen(), 3);
    ledger.choose(Choice::One(77, true));
    assert_eq!(ledger.chosen(), 3);
}

#[test]
fn a_window_holds_what_was_asked_for_and_says_how_many_there_are() {
    let titles: Vec<String> = (0..900).map(|number| format!("title {number}")).collect();
    let mut ledger = ledger(&titles.iter().map(String::as_str).collect::<Vec<_>>());
    ledger.show(Filter::default(), 890, 50);
    let (first, matching, window) = ledger.window();
    assert_eq!((first, matching, window.len()), (890, 900, 10));
    assert_eq!(window[0].number, 890);
    ledger.show(Filter::default(), 5000, 50);
    let (first, _, window) = ledger.window();
    assert_eq!((first, window.len()), (900, 0));
    ledger.show(Filter::default(), 0, u32::MAX);
    assert_eq!(ledger.window().2.len(), 500);
}

#[test]
fn after_the_commit_problems_come_first_and_every_line_says_why() {
    let mut ledger = ledger(&["stored", "forgotten", "", "refused", "unchosen"]);
    ledger.choose(Choice::One(4, false));
    ledger.begin("Not reached.");
    let outcome = SaveOutcome {
        source: Source::new("claude"),
        source_id: "0".to_owned(),
        session_id: Some("here".to_owned()),
        status: ImportStatus::Imported,
        reason: None,
        files_here: Vec::new(),
    };
    ledger.saved(&[0, 1], vec![outcome]);
    ledger.settle(&[3], ImportStatus::Failed, "Too large.");
    let said: Vec<_> =
        lines(&mut ledger).into_iter().map(|line| (line.title.unwrap_or_default(), line.state, line.reason)).collect();
    let reason = |text: &str| Some(text.to_owned());
    assert_eq!(
        said,
        [
            ("forgotten".to_owned(), LineState::Failed, reason("The server did not say what became of it.")),
            ("refused".to_owned(), LineState::Failed, reason("Too large.")),
            ("a.json, conversation 3, byte 188".to_owned(), LineState::Skipped, reason("Nothing was said in it.")),
            ("unchosen".to_owned(), LineState::Skipped, reason("It was not chosen.")),
            ("stored".to_owned(), LineState::Imported, None),
        ]
    );
    let totals = ledger.totals();
    assert_eq!((totals.imported, totals.failed, totals.skipped), (1, 2, 2));
}
