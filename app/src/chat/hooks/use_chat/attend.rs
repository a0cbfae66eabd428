//! Hearing what is said in a conversation, which begins once the part `live` is loaded.

use super::Chat;
use crate::lazy::part;
use leptos::prelude::WithValue;

part! { live:
    pub(super) fn attend(chat: Chat) -> () {
        // The conversation may have been closed in between.
        chat.owner.try_with_value(|owner| {
            owner.with(|| {
                chat.socket.listen(move |incoming| chat.hear(incoming));
                #[cfg(feature = "hydrate")]
                {
                    super::announce::attend(chat);
                    super::said_before::attend(chat);
                    super::target::mark();
                }
                chat.catch_up();
            });
        });
    }
}
