//! Searching: common and rare words, phrases, beginnings of words, against an ordinary FTS5 table of the same rows, best first.

use crate::{
    Arguments, Result,
    corpus::Corpus,
    library,
    report::{line, median, milliseconds, ratio},
};
use aios_store::{Connection, search};
use std::time::{Duration, Instant};

/// Hits that are asked for, as the page does.
const HITS: u32 = 50;

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

/// Queries with how long the library takes for each, and how many hits it has.
pub struct Questions {
    asked: Vec<(Question, Duration, usize)>,
}

impl Questions {
    /// Asks the library.
    pub fn make(arguments: &Arguments, corpus: &mut Corpus) -> Result<Questions> {
        let plain = library::reader(&arguments.library())?;
        let mut asked = Vec::new();
        for question in questions(arguments.queries, &plain, corpus)? {
            let (time, hits) = often(|| by_library(&plain, &question.expression))?;
            asked.push((question, time, hits));
        }
        Ok(Questions { asked })
    }
}

/// Asks the store in this process.
pub fn ask_store(arguments: &Arguments, questions: &Questions) -> Result<()> {
    let store = library::reader(&arguments.store())?;
    ask(arguments, questions, "store", |written| Ok(search::search(&store, written, HITS)?.len()))
}

/// Asks all of it by `search`, which tells how many hits there are.
pub fn ask(
    arguments: &Arguments,
    Questions { asked }: &Questions,
    by: &str,
    mut search: impl FnMut(&str) -> Result<usize>,
) -> Result<()> {
    let (mut here, mut there, mut unanswered) = (Vec::new(), Vec::new(), 0);
    for (question, library, expected) in asked {
        let (time, hits) = often(|| search(&question.written))?;
        unanswered += usize::from(hits == 0 && *expected > 0);
        if arguments.verbose {
            let times = [time, *library].map(milliseconds);
            println!("  {:<40} {hits:>3} {:>12} {expected:>3} {:>12}", question.written, times[0], times[1]);
        }
        here.push(time);
        there.push(*library);
    }
    let worst = (0..here.len()).max_by_key(|&at| here[at]).ok_or("no queries")?;
    let slowest = (0..there.len()).max_by_key(|&at| there[at]).ok_or("no queries")?;
    let row = |name: &str, at: usize, wanted: &str| {
        let name = format!("search ({by}), {name} ({})", asked[at].0.written.trim());
        line(&name, &milliseconds(here[at]), &milliseconds(there[at]), Some(ratio(here[at], there[at])), wanted);
    };
    row("worst for the library", slowest, "at most 0.05");
    row("worst here", worst, "at most 30 ms");
    let medians = [median(&mut here), median(&mut there)];
    let times = medians.map(milliseconds);
    let name = format!("search ({by}), median of {}", asked.len());
    line(&name, &times[0], &times[1], Some(ratio(medians[0], medians[1])), "at most 3 ms");
    line(&format!("queries ({by}) that only the library answered"), &unanswered.to_string(), "", None, "0");
    Ok(())
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
fn often(mut run: impl FnMut() -> Result<usize>) -> Result<(Duration, usize)> {
    let (mut best, mut hits) = (Duration::MAX, 0);
    for round in 0..5 {
        let began = Instant::now();
        hits = run()?;
        best = best.min(began.elapsed());
        if round > 0 && best > Duration::from_millis(50) {
            break;
        }
    }
    Ok((best, hits))
}

fn by_library(connection: &Connection, expression: &str) -> Result<usize> {
    let mut statement =
        connection.prepare_cached("SELECT rowid FROM plain WHERE plain MATCH ?1 ORDER BY bm25(plain) LIMIT ?2")?;
    let rows = statement.query_map((expression, HITS), |row| row.get::<_, i64>(0))?;
    Ok(rows.collect::<std::result::Result<Vec<_>, _>>()?.len())
}
