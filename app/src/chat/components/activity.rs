//! The whole history as one picture: a row a source, a cell a week.

use super::source_mark::source_names;
use crate::{
    chat::{services::chat_api::WeekTotal, utils::dates},
    texts::texts,
};
use aios_model::{Source, Timestamp};
use leptos::prelude::*;

/// Monday 1970-01-05, from which weeks are counted, in milliseconds.
const FIRST_MONDAY: i64 = 4 * 86_400_000;
const WEEK: i64 = 7 * 86_400_000;

/// Side of a cell and the distance from one to the next, in the picture's own units.
const CELL: i32 = 8;
const STEP: i32 = 10;
const ROW: i32 = 14;
const TOP: i32 = 16;

/// The picture. It spans at least a year, up to now.
#[component]
pub fn Activity(
    /// The rows, from the top.
    sources: Vec<Source>,
    /// Conversations begun in each week.
    weeks: Vec<WeekTotal>,
    /// The end of the picture.
    now: Timestamp,
) -> impl IntoView {
    let texts = texts();
    let this_week = week_of(now);
    let first = weeks.iter().map(|total| total.week).min().unwrap_or(this_week).min(this_week - 52);
    let last = weeks.iter().map(|total| total.week).max().unwrap_or(this_week).max(this_week);
    let row = |source: Source| {
        let totals = weeks.iter().filter(|total| total.source == source).cloned().collect::<Vec<_>>();
        (source, totals)
    };
    let rows: Vec<(Source, Vec<WeekTotal>)> = sources.into_iter().map(row).collect();
    let width = (last - first + 1) * STEP;
    let height = TOP + i32::try_from(rows.len()).unwrap_or(0) * ROW;
    let years = (first..=last).filter_map(|week| {
        let (year, month, day) = monday(week).date();
        (month == 1 && day <= 7).then(|| view! { <text x=(week - first) * STEP y="10">{year}</text> })
    });
    view! {
        <figure class="activity">
            <div class="activity-scroll" tabindex="0" role="img" aria-label=texts.conversations_a_week()>
                <svg viewBox=format!("0 0 {width} {height}") width=width height=height>
                    {years.collect_view()}
                    {rows
                        .into_iter()
                        .zip(0..)
                        .map(|((source, totals), row)| {
                            let (name, _) = source_names(&source);
                            view! {
                                <g data-source=source.to_string()>
                                    <line x1="0" x2=width y1=TOP + row * ROW + CELL / 2 y2=TOP + row * ROW + CELL / 2></line>
                                    {totals
                                        .into_iter()
                                        .map(|total| {
                                            let (year, month, day) = monday(total.week).date();
                                            let day = dates::written(year, month, day, texts.months(), texts);
                                            view! {
                                                <rect
                                                    x=(total.week - first) * STEP
                                                    y=TOP + row * ROW
                                                    width=CELL
                                                    height=CELL
                                                    rx="2"
                                                    data-level=level(total.conversations)
                                                >
                                                    <title>
                                                        {texts.week_of(&name, &day, total.conversations)}
                                                    </title>
                                                </rect>
                                            }
                                        })
                                        .collect_view()}
                                </g>
                            }
                        })
                        .collect_view()}
                </svg>
            </div>
        </figure>
    }
}

fn week_of(time: Timestamp) -> i32 {
    i32::try_from((time.milliseconds() - FIRST_MONDAY).div_euclid(WEEK)).unwrap_or_default()
}

fn monday(week: i32) -> Timestamp {
    Timestamp::from_milliseconds(FIRST_MONDAY + i64::from(week) * WEEK)
}

/// Four shades; each is about three times as many conversations as the one before.
fn level(conversations: u32) -> u8 {
    match conversations {
        0..=1 => 1,
        2..=4 => 2,
        5..=13 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{monday, week_of};
    use aios_model::Timestamp;

    #[test]
    fn a_week_begins_on_monday() {
        let sunday = Timestamp::parse("2026-11-22T23:59:59Z").unwrap();
        assert_eq!(monday(week_of(sunday)).to_string(), "2026-11-16T00:00:00.000Z");
        assert_eq!(monday(0).to_string(), "1970-01-05T00:00:00.000Z");
    }
}
