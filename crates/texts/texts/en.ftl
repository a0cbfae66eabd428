### What the interface says, in English: the language that all others are held against.
###
### The syntax is Project Fluent's. A message becomes a method of `Texts`; arguments that select, or are in NUMBER(), are numbers. Conversation, turn (a
### question with its answer), export, import, rating and preset are terms: each language has one word for each of them.

## Words that stand in many places

close = Close
save = Save
delete = Delete
cancel = Cancel
undo = Undo
untitled = Untitled
try-again = Try again
pinned = Pinned
archived = Archived
conversation-count =
    { $count ->
        [one] 1 conversation
       *[other] { $count } conversations
    }
turn-count =
    { $count ->
        [one] 1 turn
       *[other] { $count } turns
    }
file-count =
    { $count ->
        [one] 1 file
       *[other] { $count } files
    }
rating-count =
    { $count ->
        [one] 1 rating
       *[other] { $count } ratings
    }
# Between the parts of a list.
comma = ,{ " " }

## The frame of every page

description = Your conversations with every model, in one place of your own.
language-label = Language
skip-to-page = Skip to the page
conversations = Conversations
new-conversation = New conversation
connection-lost = No connection to the server. It is tried again by itself; what you write waits here.
connection-outdated = AI OS Chat was updated. Load this page again; what you are writing stays.
part-not-loaded = This part of the page could not be loaded. Nothing was changed.
load-again = Load the page again
no-answer = The server does not answer. Nothing was changed. Look whether aios-chat still runs, then try again.

## The sidebar

quick-search = Quick search
# The box, the page and what is done there.
search = Search
search-all = Search all conversations
conversations-by-date = Conversations by date
# What is done.
import = Import
importing = Importing, { $percent } %
lists = Lists
put-in-order = Put in order
# The place.
archive = Archive
trash = Trash
access = Access
no-conversations-yet = No conversations yet. Import an export, or begin one.
show-older = Show older
moved-to-trash =
    { $count ->
        [one] Moved to the trash.
       *[other] { $count } moved to the trash.
    }
personal-history = Personal history
demo-history = Demo history
try-demo = Try the demo
leave-demo = Back to yours
reset-demo = Start the demo over
reset-demo-means = What was said, rated and imported in the demo goes
another-program = Another program

## Days and times

# Twelve names with strokes between, in every language.
months = January/February/March/April/May/June/July/August/September/October/November/December
# The same, short.
months-short = Jan/Feb/Mar/Apr/May/Jun/Jul/Aug/Sep/Oct/Nov/Dec
today = Today
yesterday = Yesterday
this-week = This week
month-of-year = { $month } { $year }
day-of-year = { $day } { $month } { $year }
day-and-time = { $day }, { $time }
day-of-month = { $day } { $month }

## The library page

conversations-a-week = Conversations a week, by source
week-of = { $source }, week of { $day }: { NUMBER($count) }
library = Library
first-run = Bring your conversations home
first-run-how = Drop an export of ChatGPT, Claude, Gemini, Copilot or another chat program anywhere on this page. It is read in this browser, kept on this machine, and yours to search, read and go on with.
drop-or-choose = Drop an export here, or choose a file
of-any-size = As it came, of any size
look-around = Look around with made-up conversations
begin-conversation = Begin a conversation
library-totals =
    { $conversations ->
        [one] 1 conversation
       *[other] { $conversations } conversations
    }, { $turns ->
        [one] 1 turn
       *[other] { $turns } turns
    }
conversations-by-source = Conversations by source
source = Source
turns = Turns
imports = Imports
# After the link `imports`.
imports-are = : what came when and out of which files, with reports and undo.{ " " }
ratings = Ratings
# After the link `ratings`.
ratings-are = : what you thought of answers, and files for training.
export-all-as = Export all as
# What is done.
export = Export
all-branches = All branches
format-json-whole = JSON (nothing is lost)
format-text = Plain text
format-html = Web page
format-html-many = Web pages

## The head of a conversation

title-label = Title
actions = Actions
pin = Pin
unpin = Unpin
project = Project
move-verb = Move
# What is done.
archive-verb = Archive
unarchive = Take out of the archive
export-as = Export as

## The import

drop-to-import = Drop to import
drop-hint = The .zip as it came, its .json files, or an AI OS state.db. Several at once are fine.
read-here = Everything is read in this browser and goes nowhere but to your own server. Nothing is stored before you have seen what is in it.
choose-folder = Choose a folder
choose-another-file = Choose another file
nothing-stored = Nothing was stored.
reading = Reading
storing = Storing
per-cent = { $doing }, { NUMBER($percent) } per cent
bytes-of = { $done } of { $total }
files-stored =
    { $count ->
        [one] 1 file stored
       *[other] { $count } files stored
    }
second-left = about a second left
seconds-left = about { NUMBER($time) } s left
minutes-left = about { NUMBER($time) } min left
hours-left = about { NUMBER($time) } h left
rate-and-left = { $rate }/s, { $left }
rate = { $rate }/s
stopping = Stopping…
files-more = { $first }, { $second } and { NUMBER($count) } more files
import-runs = An import runs.
worker-unnamed = This page does not say where its import worker is. Reload it.
worker-not-started = This browser could not start the import worker. Nothing was read or stored.
worker-stopped = The import worker stopped. What it had stored is kept. Reload the page and import the same files again: what is there already is recognised.
found =
    { $count ->
        [one] 1 conversation found
       *[other] { $count } conversations found
    }
found-label = Conversations that were found
also-feeds = Also write text files to Feeds
import-chosen = Import { NUMBER($count) }
import-database = Import the database
import-chosen-and-database = Import { NUMBER($count) } and the database
# After the name of a file.
is-database = { " " }is an SQLite database. If it is one of AI OS, its conversations are imported as well; of any other nothing is stored.
files-without-conversations = Files without conversations
notes = Notes
counted-title = { $title } ({ NUMBER($count) })
show-and-choose = Show and choose
words-in-title = Words in the title
from-source = From
all-sources = All sources
state = State
new-or-not = New or not
shown = { NUMBER($count) } shown
choose-all = All
choose-none = None
choose-new = Only new
of-those-shown = Of those that are shown
so-many = { NUMBER($count) } { $words }
state-failed = failed
state-new = new
state-changed = changed
state-same = already here
state-found = found
state-empty = empty
state-left-out = left out
state-updated = updated
state-imported = imported
state-unchanged = unchanged
state-skipped = skipped
files = files
what-became = What became of each conversation
not-known = Not known to this version ({ NUMBER($count) })
not-known-means = These were seen in the files. Their text was kept; a new form of export may be coming.
download-report = Download the report
all-imports = All imports
import-more = Import more
done = Done
ended-early = It ended early
cancelled-nothing = Cancelled. Nothing was stored
cancelled-after = Cancelled. { $conversations } stored before that, and stay
now-in-history =
    { $count ->
        [one] 1 conversation is now in your history
       *[other] { $count } conversations are now in your history
    }
nothing-was-stored = Nothing was stored
all-here-already = Everything was here already
show-only = Show only the { NUMBER($count) } { $state }
undo-menu = Undo…
undo-means = What this import brought goes: conversations, turns, ratings and files. What you wrote since stays, and the same files can be imported again.
undo-import = Undo this import

## The list of imports

import-menu = Import…
no-imports = Nothing was imported yet. What is imported is listed here, with its report, and can be undone as one.
earlier-imports = Earlier imports
batch-unfinished = not finished: what was stored is here; import the same files again to go on
batch-finished = finished
batch-cancelled = cancelled: what was stored before that is here
batch-undoing = half undone: undo it again to go on
batch-undone = undone
batch-outcome = { $became }; brought { $brought }.
no-conversation-stored = no conversation was stored
batch-went = { $things } went
batch-nothing-went = nothing was left to go
batch-kept =
    { $count ->
        [one] ; 1 conversation stays with what was there before or was written since
       *[other] ; { $count } conversations stay with what was there before or was written since
    }
files-unnamed = Files without a name
files-named = { NUMBER($count) } files: { $names }, …

## Writing a message

too-long = This is { NUMBER($kilobytes) } KB of text; a message holds up to { NUMBER($most) } KB. Nothing was sent. Cut it, or send it in parts.
company = Somebody is writing here in another window.
# In the empty field.
go-on-writing = Go on…
message = Message
search-history = Search my history
search-history-means = The model may look things up in all your conversations. What it finds goes to its provider.
stop = Stop
send = Send
send-by-enter = Send (Enter)
needs-script = Reading works without JavaScript; writing and importing need it.
model-waiting = Model…
models-unknown = Models unknown: the server does not answer
who-answers = Who answers
favourite = Favourite
favourites = Favourites
show-first = Show this model first

## Turns

messages = Messages
show-earlier = Show { $count } earlier
show-later = Show { $count } later
new-text-below = New text below
you-said = You said
answer = Answer
an-answer = An answer
thought = Thought
your-question = Your question
ask-instead = Ask this instead
tool-failed = Failed
tool-result = Result
not-shown = Not shown here: { $kind }
versions = Versions of this turn
version-before = Version before
version-after = Version after
go-on = Continue
sending = Sending…
not-sent = Not sent. { $reason } Your words are kept here as long as this page is open.
send-again = Send again
writing = Writing
turn-stopped = Stopped. What had come is kept.
turn-interrupted = Interrupted: the server ended in the middle. What had come is kept.
turn-failed = The agent failed; what had come is kept.
copy-answer = Copy the answer as markdown
copy-as-markdown = Copy as markdown
quote = Quote in the next message
quote-what = Quote what is selected, or the answer
link-to-turn = Link to this turn
good-answer = Good answer
bad-answer = Bad answer
answer-again = Answer again
change-question = Change the question
more = More
duplicate = Go on from here in a copy
prune = To the trash from here on
version-of = version { NUMBER($version) } of { NUMBER($count) }
later-version = a later version follows
document = Document
copy = Copy
copied = Copied
wrap = Wrap
download = Download
wide-table = Table
picture = Picture
footnote-back = Back to the text
task-done = Done
task-open = Not done
no-picture = This picture is not in the export.
no-file = This file is not in the export.

## A conversation and its panels

recall-answers = Without a model configured, Recall answers: a search in your own history, with links to what it quotes.
instructions = Instructions
instructions-are = What the model is told before your first word. It holds for this conversation, from the next answer on.
preset-name = A name, to keep them as a preset as well
saved = Saved.
presets-are = Presets. One is used while there are no instructions above.
none = None
preset-use = Use here
preset-default = Use wherever there is none
find-here = Find in this conversation
in-this-conversation = In this conversation
words = Words
find = Find
turn-of = Turn, of { $count }
go-there = Go there
your-questions = Your questions

## Search

# On the button.
search-verb = Search
search-for = { $query } – search
only-in = Only in
# After `only-in`.
one-conversation = one conversation
search-everywhere = Search all
search-hint = Words from a title, a question or an answer.
nothing-found = Nothing has all of these words. Fewer or shorter words find more.
hits-in = { $turns } in { $conversations }

## Lists to put in order

trash-empty = The trash is empty. What is deleted stays here for 30 days.
archive-empty = Nothing is archived.
shelf-empty = No conversations are here.
restore = Restore
choose = Choose
filters = Filters
with-chosen = With those that are chosen
earlier-ones = Earlier ones
empty-trash-menu = Empty the trash…
empty-trash-means = Everything in the trash goes for good. An export that still has it can be imported again.
delete-for-good = Delete for good
shelf-line = { $source }, { $day }, { $turns }
shelf-pinned = pinned, { $line }
shelf-branch = a branch, { $line }
shelf-goes = { $line }; deleted for good on { $day }
all = All
in-project = Project { $project }

## Ratings

rating = Rating
good = Good
bad = Bad
model = Model
since = Since
before = Before
show = Show
training-files = Files for training…
preview = Preview
# Eight tags with a comma and a space between, in every language.
rating-tags = correct, clear, complete, wrong, incomplete, too long, not what was asked, unsafe
no-ratings = No answer is rated so. The thumbs are below each answer; those of an import are listed here too.
earlier-ratings = Earlier ratings
take-back = Take back
tags-hint = Why: tags, with commas between
tags = Tags
comment-hint = In your words
comment = Comment
good-answers =
    { $count ->
        [one] 1 good answer
       *[other] { $count } good answers
    }
bad-answers =
    { $count ->
        [one] 1 bad answer
       *[other] { $count } bad answers
    }
pairs =
    { $count ->
        [one] 1 pair
       *[other] { $count } pairs
    }
examples =
    { $count ->
        [one] 1 example
       *[other] { $count } examples
    }

## An address that leads nowhere

not-found = Not found
nothing-here = Nothing is here
nothing-here-why = The address may be mistyped, or the conversation was deleted, or belongs to the other history (demo or personal).
to-library = To the library

## Signing in, and who is signed in

sign-in = Sign in
sign-in-why = This history is private. Sign in with its token.
token = Token
token-is = It is what the server was started with, or what { $command } printed.
token-wrong = This is not the token. Nobody was signed in.
token-wrong-often = This is not the token, and too many wrong ones were tried: each waits for its answer now. Nobody was signed in.
signed-in = These browsers are signed in. What you sign out is closed at once, wherever it is.
this-browser = this browser
session-facts = since { $since }, until { $until }, session { $id }
sign-out = Sign out
sign-out-here = Sign out here
sign-out-everywhere = Sign out everywhere
nobody-signed-in = No browser is signed in.
only-this-machine = This server is only reached from this machine, so nobody has to sign in.
backup = Backup
download-history = Download the whole history
# After the link `download-history`.
download-history-as = as one SQLite file. { $command } brings it back.
back-to-conversations = Back to the conversations

## What the page says beside its module: `public/words.js`

later-button = Later
load-it = Load it
not-started = The page did not start, so nothing was imported. Load it again and drop the files on it.
server-away = The server cannot be reached
server-away-means = Your history is on it, and nothing is lost. What you were writing is kept in this browser. This page looks for the server every few seconds and goes on by itself.
server-away-why = Is the server running, and is this device in its network?
share-lost = What was shared did not arrive, and nothing was stored. Share it once more.
try-now = Try again now
update-ready = Update ready. What you are writing stays.
copy-asks-in-vain = The copy of the history does not answer.
copy-none = This browser keeps no copy of the history.
copy-none-why = This browser keeps no copy of the history: { $problem }
copy-nothing = Nothing is kept in this browser.
copy-in-use = The copy is still in use. Close the other windows of this app and try again.
copy-nothing-kept = Nothing kept in this browser
copy-waiting = { $count } waiting
copy-not-made = { $count } not made: changed on the server meanwhile
copy-syncing = syncing
copy-to-come = syncing, { $count } to come
copy-newest = the newest { $count } in this browser, no room for { $more } more
copy-whole = in this browser, too
copy-offline = offline
copy-what = What is kept in this browser
copy-title = Kept in this browser
copy-keep = Keep
copy-all = the whole history
copy-year = the last 12 months
copy-quarter = the last 3 months
copy-month = the last month
copy-forget = Forget on this device
copy-cancel = Cancel
copy-stays = It stays until you remove it.
copy-may-go = The browser may remove it when the disk is nearly full; it is then made anew.
copy-is = With it you can read and search without the server, which has everything. It takes { $own }; this site uses { $used } of { $room }.

## What was in the way

no-such-conversation = This conversation does not exist, or was deleted.
no-such-message = This message does not exist, or was deleted.
no-such-import = There is no such import in this history.
no-such-file = There is no such file in this history, or it was deleted.
no-such-language = There is no such language here. Nothing was changed.
still-writing = An answer is still being written here. Your message was not sent: wait for the end, or stop the answer, and send it again.
shutting-down = AI OS Chat is shutting down. Your message was not sent: send it again when it is back.
disk-full = The disk is full. What was saved before is safe; nothing of this request was saved. Make room on it and try again.
history-failed = The history could not be read or written. What was saved before is safe; nothing of this request was saved. Try again; if it happens again, look for free space on the disk and at the log.
file-failed = A file of the data folder could not be read or written. The history itself is safe; look for free space and permissions.
internal-failed = Something went wrong inside AI OS Chat. What was saved is safe; the log says more. Try again.

## Settings

settings = Settings
kept-for-a-year = For this browser, for a year.
theme = Theme
theme-about = Paper or night, or whatever the system shows.
face = Letters of messages
face-about = The face of the system, or one with serifs, as in books.
size = Text size
size-about = Of everything. The browser’s own zoom works as well.
width = Width of the text
width-about = Around 66 characters a line are read with least effort.
send-with = Send with
send-with-about = The other one begins a new line, and so does Shift with Enter.
letters = Keys of one letter
letters-about = Whoever speaks to the machine, or misses keys, may want them off. Those with Ctrl, Alt or a function key stay.
choice-system = System
choice-light = Light
choice-dark = Dark
choice-serif = Serif
choice-normal = Normal
choice-small = Small
choice-large = Large
choice-larger = Larger
choice-narrow = Narrow
choice-wide = Wide
choice-control = Ctrl or ⌘ Enter
choice-on = On
choice-off = Off
kept-where = What is kept where
on-the-server = On the server
on-the-server-are = Conversations, ratings, instructions and imported files: the program that this page comes from keeps them in its data folder.
in-this-browser = In this browser
in-this-browser-are = Drafts, favourite models, and these settings in a cookie.
a-copy-too = And a copy of the history, to read without the server.
choose-copy = Choose how much of it
elsewhere = Elsewhere
elsewhere-goes = What you ask a model goes to the server of that model, as its name in the selector says. Nothing else leaves.
more-settings = More
imports-and-undo = Imports, and undoing them
who-is-signed-in = Who is signed in

## Keys, and the palette

keys = Keys
keys-how = Everything can be done without a mouse. Keys of one letter are for when nothing is being written, and can be switched off in the settings. On a Mac, Ctrl is ⌘.
keys-anywhere = Anywhere
keys-conversation = In a conversation
keys-list = In the list of conversations
keys-composer = Where a message is written
conversations-and-actions = Conversations and actions
find-anything = Find a conversation or an action
palette-recent = Recent
palette-passages = In conversations
in-all-conversations = in all conversations
palette-choose = choose
palette-go = go
palette-close = close
do-order = Put conversations in order
do-keys = All keys (keyboard shortcuts)
do-leave = Leave a field, a menu or a panel
do-light = Theme: light
do-dark = Theme: dark
do-system = Theme: as the system has it
do-mode = Demo or personal history
do-write = Write a message
do-stop = Stop the answer
do-turn-before = Turn before
do-next-turn = Next turn
do-copy = Copy the answer
do-quote = Quote the answer, or what is selected
do-good = Good answer
do-bad = Bad answer
do-again = Answer again
do-change = Change the question
do-find = Find in this conversation
do-instructions = Instructions
do-rename = Rename
do-pin = Pin or unpin
do-archive = Archive, or take out of the archive
do-export = Export
do-link = Copy the link
do-delete = Delete: move to the trash
do-next-line = Next conversation
do-line-before = Conversation before
do-along = Go along the list
do-choose = Choose, to do something to several; with Shift and an arrow all on the way
do-menu = Menu
do-said-before = Bring back what was said before, into an empty field
do-send = Send
do-new-line = New line
do-leave-field = Leave the field

## The list in hand

chosen-many = { NUMBER($count) } chosen
let-go-of-all = Let go of all
move-to-project = Move to a project
move-to-project-more = Move to a project…
move-many = Move { NUMBER($count) } to a project
new-project = New project…
no-project = No project
project-hint = A new name makes a project. Without a name they belong to none.
export-markdown = Export as Markdown
conversation-menu = Conversation

## What is said of an answer to those who hear the page

code-is-there = Code.
answer-finished = Answer finished.
answer-stopped = Stopped.
answer-interrupted = Interrupted.
