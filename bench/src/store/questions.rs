//! Searching: common and rare words, phrases, beginnings of words, against an ordinary FTS5 table of the same rows, best first.

use crate::{
    Arguments, Result,
    corpus::Corpus,
    library,
    report::{line, median, milliseconds, ratio},
};
use aios_store::{Connection, search};
use std::time::{Duration, Instant};

/// Hits that are asked for.
const HITS: u32 = 20;

/// A query as a person writes it, and as FTS5 reads it.
struct Question {
    written: String,
    expression: String,
}

impl Question {
    fn new(written: String, expression: String) -> Question {
        Question { written, expression }
    }
}

pub fn ask(arguments: &Arguments, corpus: &mut Corpus) -> Result<()> {
    let store = library::reader(&arguments.folder.join("store.db"))?;
    let plain = library::reader(&arguments.folder.join("library.db"))?;
    let questions = questions(arguments.queries, &plain, corpus)?;
    let (mut here, mut there, mut unanswered) = (Vec::new(), Vec::new(), 0);
    for question in &questions {
        let mut hits = 0;
        let time = often(|| {
            hits = search::search(&store, &question.written, HITS)?.len();
            Ok(())
        })?;
        let mut expected = 0;
        let library = often(|| {
            expected = by_library(&plain, &question.expression)?;
            Ok(())
        })?;
        unanswered += usize::from(hits == 0 && expected > 0);
        if arguments.verbose {
            let times = [time, library].map(milliseconds);
            println!("  {:<40} {hits:>3} {:>12} {expected:>3} {:>12}", question.written, times[0], times[1]);
        }
        here.push(time);
        there.push(library);
    }
    let worst = (0..here.len()).max_by_key(|&at| here[at]).ok_or("no queries")?;
    let slowest = (0..there.len()).max_by_key(|&at| there[at]).ok_or("no queries")?;
    let row = |name: String, here: Duration, there: Duration, wanted: &str| {
        line(&name, &milliseconds(here), &milliseconds(there), Some(ratio(here, there)), wanted);
    };
    row(
        "search, worst for the library".to_owned() + &named(&questions[slowest]),
        here[slowest],
        there[slowest],
        "at most 0.05",
    );
    row("search, worst here".to_owned() + &named(&questions[worst]), here[worst], there[worst], "at most 30 ms");
    row("search, median".to_owned(), median(&mut here), median(&mut there), "at most 3 ms");
    line("queries that only the library answered", &unanswered.to_string(), "", None, "0");
    Ok(())
}

fn named(question: &Question) -> String {
    format!(" ({})", question.written.trim())
}

/// As many of each kind, each evenly from common to rare.
fn questions(count: usize, plain: &Connection, corpus: &mut Corpus) -> Result<Vec<Question>> {
    let each = count.div_ceil(4);
    let mut questions = Vec::new();
    let words: Vec<String> = corpus
        .common_to_rare(each)
        .into_iter()
        .map(|word| word.replace(|character: char| !character.is_alphanumeric(), " ").to_lowercase())
        .collect();
    for word in &words {
        // A space behind it: it is no beginning.
        questions.push(Question::new(format!("\"{word}\" "), format!("\"{word}\"")));
        let beginning: String = word.chars().take((word.chars().count() * 2).div_ceil(3)).collect();
        questions.push(Question::new(beginning.clone(), format!("\"{beginning}\"*")));
    }
    // Words behind each other, from texts.
    let turns: i64 = plain.query_row("SELECT max(id) FROM turns", [], |row| row.get(0))?;
    while questions.len() < count {
        let turn = corpus.random.i64(1..=turns);
        let text: String =
            plain.query_row("SELECT assistant_message FROM turns WHERE id = ?1", [turn], |row| row.get(0))?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_word = |word: &&str| word.chars().all(|character| character.is_ascii_lowercase());
        let Some(pair) = words.windows(2).find(|pair| pair.iter().all(is_word)) else { continue };
        let (one, other) = (pair[0], pair[1]);
        if questions.len() % 2 == 0 {
            questions.push(Question::new(format!("\"{one} {other}\""), format!("\"{one} {other}\"")));
        } else {
            questions.push(Question::new(format!("{one} {other} "), format!("\"{one}\" AND \"{other}\"")));
        }
    }
    questions.truncate(count);
    Ok(questions)
}

/// The best of five times, or of two if they are long: others use the machine too.
fn often(mut run: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for round in 0..5 {
        let began = Instant::now();
        run()?;
        best = best.min(began.elapsed());
        if round > 0 && best > Duration::from_millis(50) {
            break;
        }
    }
    Ok(best)
}

fn by_library(connection: &Connection, expression: &str) -> Result<usize> {
    let mut statement =
        connection.prepare_cached("SELECT rowid FROM plain WHERE plain MATCH ?1 ORDER BY bm25(plain) LIMIT ?2")?;
    let rows = statement.query_map((expression, HITS), |row| row.get::<_, i64>(0))?;
    Ok(rows.collect::<std::result::Result<Vec<_>, _>>()?.len())
}
