//! Import, on one surface: drop, choose, done.

mod choose;
mod done;
mod drop;
mod lines;
mod notes;
mod working;

pub(super) use self::working::percent;
use self::{
    choose::ChooseStep,
    done::DoneStep,
    drop::{DropStep, take_drops},
    working::WorkingStep,
};
use super::icon::Icon;
use crate::{
    chat::hooks::use_import::{ImportFlow, Stage},
    lazy,
    texts::{inert, texts},
};
use leptos::{html, prelude::*};

/// The modal, and the page as its drop target: what is dropped anywhere opens it.
#[component]
pub fn ImportModal() -> impl IntoView {
    let import = ImportFlow::expect();
    let texts = texts();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if import.is_open.get() {
            if !dialog.open() {
                // Refused only if it is shown already.
                drop(dialog.show_modal());
            }
        } else {
            dialog.close();
        }
    });
    let is_dragging = RwSignal::new(false);
    take_drops(import, is_dragging);
    view! {
        <div class="drop-veil" hidden=move || !is_dragging.get() aria-hidden="true">
            <p>{texts.drop_to_import()}</p>
        </div>
        <dialog
            class="import-modal"
            node_ref=dialog
            aria-labelledby="import-title"
            on:close=move |_| {
                // Escape closes it without asking us.
                if import.is_open.get_untracked() {
                    import.close();
                }
            }
        >
            <ImportHead/>
            // A dialog that is closed is empty: what is in it is loaded when it is opened first.
            {move || import.is_open.get().then(|| {
                let stage = import.stage.get();
                lazy::shown(import_stage(stage))
            })}
        </dialog>
    }
}

#[component]
pub(crate) fn ImportHead() -> impl IntoView {
    let (import, texts) = (ImportFlow::expect(), texts());
    view! {
        <div class="import-head">
            {inert(["<h2 id=import-title>", texts.import(), "</h2>"])}
            <button class="quiet" type="button" aria-label=texts.close() on:click=move |_| import.close()>
                <Icon name="x"/>
            </button>
        </div>
    }
}

lazy::part! { import:
    fn import_stage(stage: Stage) -> AnyView {
        stage_view(stage)
    }
}

pub(crate) fn stage_view(stage: Stage) -> AnyView {
    match stage {
        Stage::Drop => view! { <DropStep/> }.into_any(),
        Stage::Reading => view! { <WorkingStep verb=texts().reading()/> }.into_any(),
        Stage::Choose => view! { <ChooseStep/> }.into_any(),
        Stage::Storing => view! { <WorkingStep verb=texts().storing()/> }.into_any(),
        Stage::Done => view! { <DoneStep/> }.into_any(),
    }
}
