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

# Twelve names with a comma and a space between, in every language.
months = January, February, March, April, May, June, July, August, September, October, November, December
# The same, short.
months-short = Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec
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
