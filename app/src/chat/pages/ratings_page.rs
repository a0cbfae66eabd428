//! What was thought of answers, and what can be learned from it.

use crate::chat::{
    components::moment::Moment,
    hooks::use_library::Library,
    services::chat_api::{EditRating, list_ratings},
    types::ratings::{RatingFilter, RatingLine, RatingList},
};
use crate::texts::texts;
use aios_model::Rating;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of `/ratings`. Plain forms and links: it works without JavaScript.
#[component]
pub fn RatingsPage() -> impl IntoView {
    let library = Library::expect();
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        let query = query.read();
        let said = |name: &str| query.get(name).unwrap_or_default();
        RatingFilter {
            rating: said("rating"),
            model: said("model"),
            since: said("since"),
            until: said("until"),
            after: said("after"),
            preview: said("preview"),
        }
    });
    let texts = texts();
    let ratings = Resource::new(move || (filter.get(), library.revision.get()), |(filter, _)| list_ratings(filter));
    view! {
        <Title text=texts.ratings()/>
        <section class="imports ratings">
            <h1>{texts.ratings()}</h1>
            {move || {
                let RatingFilter { rating, model, since, until, .. } = filter.get();
                view! {
                    <form class="ratings-filter" action="/ratings" method="get">
                        <label>{texts.rating()}" "<select name="rating">
                            <option value="">{texts.all()}</option>
                            <option value="up" selected=rating == "up">{texts.good()}</option>
                            <option value="down" selected=rating == "down">{texts.bad()}</option>
                        </select></label>
                        <label>{texts.model()}" "<input name="model" value=model autocomplete="off"/></label>
                        <label>{texts.since()}" "<input type="date" name="since" value=since/></label>
                        <label>{texts.before()}" "<input type="date" name="until" value=until/></label>
                        <button type="submit">{texts.show()}</button>
                    </form>
                }
            }}
            <Transition>
                {move || Suspend::new(async move {
                    match ratings.await {
                        Ok(list) => view! { <Ratings list/> }.into_any(),
                        Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn Ratings(list: RatingList) -> impl IntoView {
    let RatingList { counts, lines, next, datasets, preview } = list;
    let texts = texts();
    let is_open = preview.is_some();
    view! {
        <p class="lead" role="status">{counts}</p>
        <details class="confirm" open=is_open>
            <summary class="button">{texts.training_files()}</summary>
            <ul>
                {datasets
                    .into_iter()
                    .map(|[name, examples, file, look]| view! {
                        <li>
                            <a href=file rel="external" download="">{name}</a>
                            {format!(" {examples} · ")}
                            <a href=look rel="external">{texts.preview()}</a>
                        </li>
                    })
                    .collect_view()}
            </ul>
            {preview.map(|text| view! { <pre id="preview" class="ratings-preview" tabindex="0" dir="auto">{text}</pre> })}
        </details>
        <datalist id="rating-tags">
            {texts.rating_tags().split(", ").map(|tag| view! { <option value=tag></option> }).collect_view()}
        </datalist>
        {lines.is_empty().then(|| view! {
            <p class="empty">{texts.no_ratings()}</p>
        })}
        <ol class="batches">{lines.into_iter().map(|line| view! { <LineView line/> }).collect_view()}</ol>
        {next.map(|href| view! { <p><a class="button" href=href>{texts.earlier_ratings()}</a></p> })}
    }
    .into_any()
}

#[component]
fn LineView(line: RatingLine) -> impl IntoView {
    let texts = texts();
    let RatingLine { turn_id, href, question, answer, origin, rated_at, rating, tags, comment } = line;
    view! {
        <li class="batch" data-rating=if rating == Rating::Up { "up" } else { "down" }>
            <h2 dir="auto"><a href=href>{if question.is_empty() { texts.an_answer().to_owned() } else { question }}</a></h2>
            <p class="when">{if rating == Rating::Up { texts.good() } else { texts.bad() }}" · "<Moment time=rated_at/>{format!(" · {origin}")}</p>
            <p class="outcome" dir="auto">{answer}</p>
            <form class="ratings-edit" method="post" action=EditRating::PATH>
                <input type="hidden" name="turn_id" value=turn_id/>
                <select name="rating" aria-label=texts.rating()>
                    <option value="up" selected=rating == Rating::Up>{texts.good()}</option>
                    <option value="down" selected=rating == Rating::Down>{texts.bad()}</option>
                    <option value="none">{texts.take_back()}</option>
                </select>
                <input name="tags" list="rating-tags" value=tags placeholder=texts.tags_hint() aria-label=texts.tags() autocomplete="off"/>
                <input name="comment" value=comment placeholder=texts.comment_hint() aria-label=texts.comment() maxlength="2000" autocomplete="off"/>
                <button type="submit">{texts.save()}</button>
            </form>
        </li>
    }
    .into_any()
}
