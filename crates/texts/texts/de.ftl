### Was die Oberfläche sagt, auf Deutsch. Du-Form, „…“ als Anführungszeichen.
###
### Begriffe: conversation = Unterhaltung, turn = Runde, export = Export, import = Import, rating = Bewertung, instructions = Anweisungen, preset = Vorlage,
### source = Quelle, branch = Zweig, history = Verlauf, trash = Papierkorb, archive = Archiv, library = Bibliothek.

## Words that stand in many places

close = Schließen
save = Speichern
delete = Löschen
cancel = Abbrechen
undo = Rückgängig
untitled = Ohne Titel
try-again = Noch einmal versuchen
pinned = Angeheftet
archived = Archiviert
conversation-count =
    { $count ->
        [one] 1 Unterhaltung
       *[other] { $count } Unterhaltungen
    }
turn-count =
    { $count ->
        [one] 1 Runde
       *[other] { $count } Runden
    }
file-count =
    { $count ->
        [one] 1 Datei
       *[other] { $count } Dateien
    }
rating-count =
    { $count ->
        [one] 1 Bewertung
       *[other] { $count } Bewertungen
    }
comma = ,{ " " }

## The frame of every page

description = Deine Unterhaltungen mit allen Modellen, an einem Ort, der dir gehört.
language-label = Sprache
skip-to-page = Zum Inhalt springen
conversations = Unterhaltungen
new-conversation = Neue Unterhaltung
connection-lost = Keine Verbindung zum Server. Es wird von selbst weiter versucht; was du schreibst, wartet hier.
connection-outdated = AI OS Chat wurde aktualisiert. Lade diese Seite neu; was du gerade schreibst, bleibt.
part-not-loaded = Dieser Teil der Seite ließ sich nicht laden. Es wurde nichts geändert.
load-again = Seite neu laden
no-answer = Der Server antwortet nicht. Es wurde nichts geändert. Sieh nach, ob aios-chat noch läuft, und versuche es noch einmal.

## The sidebar

quick-search = Schnellsuche
search = Suche
search-all = Alle Unterhaltungen durchsuchen
conversations-by-date = Unterhaltungen nach Datum
import = Importieren
importing = Importiert, { $percent } %
lists = Listen
put-in-order = Ordnen
archive = Archiv
trash = Papierkorb
access = Zugang
no-conversations-yet = Noch keine Unterhaltungen. Importiere einen Export, oder beginne eine.
show-older = Ältere zeigen
moved-to-trash =
    { $count ->
        [one] In den Papierkorb gelegt.
       *[other] { $count } in den Papierkorb gelegt.
    }
personal-history = Eigener Verlauf
demo-history = Demo-Verlauf
try-demo = Demo ansehen
leave-demo = Zurück zu deinem
reset-demo = Demo neu beginnen
reset-demo-means = Was in der Demo gesagt, bewertet und importiert wurde, geht verloren
another-program = Ein anderes Programm

## Days and times

months = Januar/Februar/März/April/Mai/Juni/Juli/August/September/Oktober/November/Dezember
months-short = Jan./Feb./März/Apr./Mai/Juni/Juli/Aug./Sept./Okt./Nov./Dez.
today = Heute
yesterday = Gestern
this-week = Diese Woche
month-of-year = { $month } { $year }
day-of-year = { $day }. { $month } { $year }
day-and-time = { $day }, { $time }
day-of-month = { $day }. { $month }

## The library page

conversations-a-week = Unterhaltungen je Woche, nach Quelle
week-of = { $source }, Woche ab { $day }: { NUMBER($count) }
library = Bibliothek
first-run = Hol deine Unterhaltungen nach Hause
first-run-how = Zieh einen Export von ChatGPT, Claude, Gemini, Copilot oder einem anderen Chatprogramm irgendwo auf diese Seite. Er wird in diesem Browser gelesen, bleibt auf diesem Rechner, und du kannst darin suchen, lesen und weiterschreiben.
drop-or-choose = Export hierher ziehen oder Datei wählen
of-any-size = So wie er kam, egal wie groß
look-around = Mit erfundenen Unterhaltungen umsehen
begin-conversation = Eine Unterhaltung beginnen
library-totals =
    { $conversations ->
        [one] 1 Unterhaltung
       *[other] { $conversations } Unterhaltungen
    }, { $turns ->
        [one] 1 Runde
       *[other] { $turns } Runden
    }
conversations-by-source = Unterhaltungen nach Quelle
source = Quelle
turns = Runden
imports = Importe
imports-are = : was wann aus welchen Dateien kam, mit Berichten und zum Rückgängigmachen.{ " " }
ratings = Bewertungen
ratings-are = : was du von Antworten hieltest, und Dateien zum Trainieren.
export-all-as = Alles exportieren als
export = Exportieren
all-branches = Alle Zweige
format-json-whole = JSON (nichts geht verloren)
format-text = Reiner Text
format-html = Webseite
format-html-many = Webseiten

## The head of a conversation

title-label = Titel
actions = Aktionen
pin = Anheften
unpin = Lösen
project = Projekt
move-verb = Verschieben
archive-verb = Archivieren
unarchive = Aus dem Archiv holen
export-as = Exportieren als

## The import

drop-to-import = Zum Importieren loslassen
drop-hint = Die .zip-Datei, wie sie kam, ihre .json-Dateien oder eine state.db von AI OS. Auch mehrere auf einmal.
read-here = Alles wird in diesem Browser gelesen und geht nirgendwohin als zu deinem eigenen Server. Nichts wird gespeichert, bevor du gesehen hast, was darin ist.
choose-folder = Ordner wählen
choose-another-file = Andere Datei wählen
nothing-stored = Es wurde nichts gespeichert.
reading = Lese
storing = Speichere
per-cent = { $doing }, { NUMBER($percent) } Prozent
bytes-of = { $done } von { $total }
files-stored =
    { $count ->
        [one] 1 Datei gespeichert
       *[other] { $count } Dateien gespeichert
    }
second-left = noch etwa eine Sekunde
seconds-left = noch etwa { NUMBER($time) } s
minutes-left = noch etwa { NUMBER($time) } min
hours-left = noch etwa { NUMBER($time) } h
rate-and-left = { $rate }/s, { $left }
rate = { $rate }/s
stopping = Hält an …
files-more = { $first }, { $second } und { NUMBER($count) } weitere Dateien
import-runs = Ein Import läuft.
worker-unnamed = Diese Seite sagt nicht, wo ihr Import-Worker ist. Lade sie neu.
worker-not-started = Dieser Browser konnte den Import-Worker nicht starten. Es wurde nichts gelesen oder gespeichert.
worker-stopped = Der Import-Worker ist stehen geblieben. Was er gespeichert hatte, bleibt. Lade die Seite neu und importiere dieselben Dateien noch einmal: Was schon da ist, wird erkannt.
found =
    { $count ->
        [one] 1 Unterhaltung gefunden
       *[other] { $count } Unterhaltungen gefunden
    }
found-label = Gefundene Unterhaltungen
also-feeds = Auch Textdateien nach Feeds schreiben
import-chosen = { NUMBER($count) } importieren
import-database = Die Datenbank importieren
import-chosen-and-database = { NUMBER($count) } und die Datenbank importieren
is-database = { " " }ist eine SQLite-Datenbank. Ist sie von AI OS, werden ihre Unterhaltungen mit importiert; von jeder anderen wird nichts gespeichert.
files-without-conversations = Dateien ohne Unterhaltungen
notes = Hinweise
counted-title = { $title } ({ NUMBER($count) })
show-and-choose = Anzeigen und auswählen
words-in-title = Wörter im Titel
from-source = Aus
all-sources = Alle Quellen
state = Stand
new-or-not = Neu oder nicht
shown = { NUMBER($count) } angezeigt
choose-all = Alle
choose-none = Keine
choose-new = Nur neue
of-those-shown = Von den angezeigten
so-many = { NUMBER($count) } { $words }
state-failed = fehlgeschlagen
state-new = neu
state-changed = geändert
state-same = schon hier
state-found = gefunden
state-empty = leer
state-left-out = ausgelassen
state-updated = aktualisiert
state-imported = importiert
state-unchanged = unverändert
state-skipped = übersprungen
files = Dateien
what-became = Was aus jeder Unterhaltung wurde
not-known = Dieser Version unbekannt ({ NUMBER($count) })
not-known-means = Das kam in den Dateien vor. Der Text wurde behalten; vielleicht kommt eine neue Art von Export.
download-report = Bericht herunterladen
all-imports = Alle Importe
import-more = Mehr importieren
done = Fertig
ended-early = Vorzeitig beendet
cancelled-nothing = Abgebrochen. Es wurde nichts gespeichert
cancelled-after = Abgebrochen. Davor gespeichert, und das bleibt: { $conversations }
now-in-history =
    { $count ->
        [one] 1 Unterhaltung ist jetzt in deinem Verlauf
       *[other] { $count } Unterhaltungen sind jetzt in deinem Verlauf
    }
nothing-was-stored = Es wurde nichts gespeichert
all-here-already = Alles war schon hier
show-only = Nur diese zeigen: { NUMBER($count) } { $state }
undo-menu = Rückgängig machen …
undo-means = Was dieser Import gebracht hat, verschwindet: Unterhaltungen, Runden, Bewertungen und Dateien. Was du seitdem geschrieben hast, bleibt, und dieselben Dateien lassen sich noch einmal importieren.
undo-import = Diesen Import rückgängig machen

## The list of imports

import-menu = Importieren …
no-imports = Noch wurde nichts importiert. Importe stehen hier, mit ihrem Bericht, und lassen sich als Ganzes rückgängig machen.
earlier-imports = Frühere Importe
batch-unfinished = nicht beendet: Was gespeichert wurde, ist hier; importiere dieselben Dateien noch einmal, um weiterzumachen
batch-finished = beendet
batch-cancelled = abgebrochen: Was davor gespeichert wurde, ist hier
batch-undoing = halb rückgängig gemacht: Mach es noch einmal rückgängig, um weiterzumachen
batch-undone = rückgängig gemacht
batch-outcome = { $became }; gebracht: { $brought }.
no-conversation-stored = keine Unterhaltung wurde gespeichert
batch-went = { $things } entfernt
batch-nothing-went = nichts war mehr zu entfernen
batch-kept =
    { $count ->
        [one] ; 1 Unterhaltung bleibt mit dem, was vorher da war oder seitdem geschrieben wurde
       *[other] ; { $count } Unterhaltungen bleiben mit dem, was vorher da war oder seitdem geschrieben wurde
    }
files-unnamed = Dateien ohne Namen
files-named = { NUMBER($count) } Dateien: { $names } …

## Writing a message

too-long = Das sind { NUMBER($kilobytes) } KB Text; eine Nachricht fasst bis zu { NUMBER($most) } KB. Es wurde nichts gesendet. Kürze sie, oder sende sie in Teilen.
company = In einem anderen Fenster wird hier gerade geschrieben.
go-on-writing = Weiter …
message = Nachricht
search-history = Meinen Verlauf durchsuchen
search-history-means = Das Modell darf in all deinen Unterhaltungen nachschlagen. Was es findet, geht an seinen Anbieter.
stop = Anhalten
send = Senden
send-by-enter = Senden (Enter)
needs-script = Lesen geht ohne JavaScript; Schreiben und Importieren brauchen es.
model-waiting = Modell …
models-unknown = Modelle unbekannt: Der Server antwortet nicht
who-answers = Wer antwortet
favourite = Favorit
favourites = Favoriten
show-first = Dieses Modell zuerst zeigen

## Turns

messages = Nachrichten
show-earlier = { $count } frühere zeigen
show-later = { $count } spätere zeigen
new-text-below = Neuer Text weiter unten
you-said = Du hast gesagt
answer = Antwort
an-answer = Eine Antwort
thought = Gedanken
your-question = Deine Frage
ask-instead = Stattdessen das fragen
tool-failed = Fehlgeschlagen
tool-result = Ergebnis
not-shown = Hier nicht gezeigt: { $kind }
versions = Fassungen dieser Runde
version-before = Vorige Fassung
version-after = Nächste Fassung
go-on = Weiter
sending = Wird gesendet …
not-sent = Nicht gesendet. { $reason } Dein Text bleibt hier, solange diese Seite offen ist.
send-again = Noch einmal senden
writing = Schreibt
turn-stopped = Angehalten. Was schon da war, bleibt.
turn-interrupted = Unterbrochen: Der Server endete mittendrin. Was schon da war, bleibt.
turn-failed = Der Agent ist gescheitert; was schon da war, bleibt.
copy-answer = Antwort als Markdown kopieren
copy-as-markdown = Als Markdown kopieren
quote = In der nächsten Nachricht zitieren
quote-what = Das Ausgewählte zitieren, oder die Antwort
link-to-turn = Link zu dieser Runde
good-answer = Gute Antwort
bad-answer = Schlechte Antwort
answer-again = Noch einmal antworten
change-question = Frage ändern
more = Mehr
duplicate = Von hier in einer Kopie weiter
prune = Ab hier in den Papierkorb
version-of = Fassung { NUMBER($version) } von { NUMBER($count) }
later-version = eine spätere Fassung folgt
document = Dokument
copy = Kopieren
copied = Kopiert
wrap = Umbrechen
download = Herunterladen
wide-table = Tabelle
picture = Bild
footnote-back = Zurück zum Text
task-done = Erledigt
task-open = Offen
no-picture = Dieses Bild ist nicht im Export.
no-file = Diese Datei ist nicht im Export.

## A conversation and its panels

recall-answers = Ist kein Modell eingerichtet, antwortet Recall: eine Suche in deinem eigenen Verlauf, mit Links zu dem, was sie zitiert.
instructions = Anweisungen
instructions-are = Was dem Modell vor deinem ersten Wort gesagt wird. Es gilt in dieser Unterhaltung, ab der nächsten Antwort.
preset-name = Ein Name, um sie auch als Vorlage zu behalten
saved = Gespeichert.
presets-are = Vorlagen. Eine gilt, solange oben keine Anweisungen stehen.
none = Keine
preset-use = Hier verwenden
preset-default = Überall verwenden, wo keine ist
find-here = In dieser Unterhaltung finden
in-this-conversation = In dieser Unterhaltung
words = Wörter
find = Finden
turn-of = Runde, von { $count }
go-there = Hingehen
your-questions = Deine Fragen

## Search

search-verb = Suchen
search-for = { $query } – Suche
only-in = Nur in
one-conversation = einer Unterhaltung
search-everywhere = Alle durchsuchen
search-hint = Wörter aus einem Titel, einer Frage oder einer Antwort.
nothing-found = Nirgends stehen alle diese Wörter. Weniger oder kürzere Wörter finden mehr.
hits-in = { $turns } in { $conversations }

## Lists to put in order

trash-empty = Der Papierkorb ist leer. Gelöschtes bleibt hier 30 Tage.
archive-empty = Nichts ist archiviert.
shelf-empty = Hier sind keine Unterhaltungen.
restore = Wiederherstellen
choose = Auswählen
filters = Filter
with-chosen = Mit den ausgewählten
earlier-ones = Frühere
empty-trash-menu = Papierkorb leeren …
empty-trash-means = Alles im Papierkorb wird endgültig gelöscht. Ein Export, der es noch enthält, lässt sich noch einmal importieren.
delete-for-good = Endgültig löschen
shelf-line = { $source }, { $day }, { $turns }
shelf-pinned = angeheftet, { $line }
shelf-branch = ein Zweig, { $line }
shelf-goes = { $line }; endgültig gelöscht am { $day }
all = Alle
in-project = Projekt { $project }

## Ratings

rating = Bewertung
good = Gut
bad = Schlecht
model = Modell
since = Ab
before = Vor
show = Zeigen
training-files = Dateien zum Trainieren …
preview = Vorschau
rating-tags = richtig, klar, vollständig, falsch, unvollständig, zu lang, nicht das Gefragte, unsicher
no-ratings = Keine Antwort ist so bewertet. Die Daumen stehen unter jeder Antwort; auch die eines Imports sind hier aufgeführt.
earlier-ratings = Frühere Bewertungen
take-back = Zurücknehmen
tags-hint = Warum: Stichworte, mit Kommas dazwischen
tags = Stichworte
comment-hint = In deinen Worten
comment = Kommentar
good-answers =
    { $count ->
        [one] 1 gute Antwort
       *[other] { $count } gute Antworten
    }
bad-answers =
    { $count ->
        [one] 1 schlechte Antwort
       *[other] { $count } schlechte Antworten
    }
pairs =
    { $count ->
        [one] 1 Paar
       *[other] { $count } Paare
    }
examples =
    { $count ->
        [one] 1 Beispiel
       *[other] { $count } Beispiele
    }

## An address that leads nowhere

not-found = Nicht gefunden
nothing-here = Hier ist nichts
nothing-here-why = Vielleicht ist die Adresse vertippt, die Unterhaltung wurde gelöscht, oder sie gehört zum anderen Verlauf (Demo oder eigener).
to-library = Zur Bibliothek

## Signing in, and who is signed in

sign-in = Anmelden
sign-in-why = Dieser Verlauf ist privat. Melde dich mit seinem Token an.
token = Token
token-is = Das ist, womit der Server gestartet wurde oder was { $command } ausgegeben hat.
token-wrong = Das ist nicht das Token. Niemand wurde angemeldet.
token-wrong-often = Das ist nicht das Token, und es wurden zu viele falsche versucht: Jedes wartet jetzt auf seine Antwort. Niemand wurde angemeldet.
signed-in = Diese Browser sind angemeldet. Was du abmeldest, wird sofort geschlossen, wo immer es ist.
this-browser = dieser Browser
session-facts = seit { $since }, bis { $until }, Sitzung { $id }
sign-out = Abmelden
sign-out-here = Hier abmelden
sign-out-everywhere = Überall abmelden
nobody-signed-in = Kein Browser ist angemeldet.
only-this-machine = Dieser Server ist nur von diesem Rechner aus erreichbar, also muss sich niemand anmelden.
backup = Sicherung
download-history = Den ganzen Verlauf herunterladen
download-history-as = als eine SQLite-Datei. { $command } bringt ihn zurück.
back-to-conversations = Zurück zu den Unterhaltungen

## What the page says beside its module: `public/words.js`

later-button = Später
load-it = Laden
not-started = Die Seite ist nicht gestartet, also wurde nichts importiert. Lade sie neu und zieh die Dateien noch einmal darauf.
server-away = Der Server ist nicht erreichbar
server-away-means = Dein Verlauf liegt dort, und nichts ist verloren. Was du gerade geschrieben hast, bleibt in diesem Browser. Diese Seite sucht den Server alle paar Sekunden und geht von selbst weiter.
server-away-why = Läuft der Server, und ist dieses Gerät in seinem Netz?
share-lost = Was geteilt wurde, ist nicht angekommen, und nichts wurde gespeichert. Teile es noch einmal.
try-now = Jetzt noch einmal versuchen
update-ready = Ein Update ist bereit. Was du gerade schreibst, bleibt.
copy-asks-in-vain = Die Kopie des Verlaufs antwortet nicht.
copy-none = Dieser Browser behält keine Kopie des Verlaufs.
copy-none-why = Dieser Browser behält keine Kopie des Verlaufs: { $problem }
copy-nothing = In diesem Browser wird nichts behalten.
copy-in-use = Die Kopie ist noch in Gebrauch. Schließe die anderen Fenster dieser App und versuche es noch einmal.
copy-nothing-kept = Nichts in diesem Browser behalten
copy-waiting = { $count } warten
copy-not-made = { $count } nicht ausgeführt: inzwischen auf dem Server geändert
copy-syncing = wird abgeglichen
copy-to-come = wird abgeglichen, noch { $count }
copy-newest = die neuesten { $count } in diesem Browser, kein Platz für { $more } weitere
copy-whole = auch in diesem Browser
copy-offline = offline
copy-what = Was in diesem Browser behalten wird
copy-title = In diesem Browser behalten
copy-keep = Behalten
copy-all = den ganzen Verlauf
copy-year = die letzten 12 Monate
copy-quarter = die letzten 3 Monate
copy-month = den letzten Monat
copy-forget = Auf diesem Gerät vergessen
copy-cancel = Abbrechen
copy-stays = Sie bleibt, bis du sie entfernst.
copy-may-go = Der Browser kann sie entfernen, wenn die Festplatte fast voll ist; dann wird sie neu angelegt.
copy-is = Damit kannst du ohne den Server lesen und suchen, der alles hat. Sie belegt { $own }; diese Seite nutzt { $used } von { $room }.

## What was in the way

no-such-conversation = Diese Unterhaltung gibt es nicht, oder sie wurde gelöscht.
no-such-message = Diese Nachricht gibt es nicht, oder sie wurde gelöscht.
no-such-import = Diesen Import gibt es in diesem Verlauf nicht.
no-such-file = Diese Datei gibt es in diesem Verlauf nicht, oder sie wurde gelöscht.
no-such-language = Diese Sprache gibt es hier nicht. Es wurde nichts geändert.
still-writing = Hier wird noch eine Antwort geschrieben. Deine Nachricht wurde nicht gesendet: Warte das Ende ab oder halte die Antwort an, und sende sie noch einmal.
shutting-down = AI OS Chat wird gerade beendet. Deine Nachricht wurde nicht gesendet: Sende sie noch einmal, wenn es wieder da ist.
disk-full = Die Festplatte ist voll. Was vorher gespeichert wurde, ist sicher; von dieser Anfrage wurde nichts gespeichert. Schaffe Platz und versuche es noch einmal.
history-failed = Der Verlauf ließ sich nicht lesen oder schreiben. Was vorher gespeichert wurde, ist sicher; von dieser Anfrage wurde nichts gespeichert. Versuche es noch einmal; geschieht es wieder, sieh nach freiem Platz und ins Protokoll.
file-failed = Eine Datei des Datenordners ließ sich nicht lesen oder schreiben. Der Verlauf selbst ist sicher; sieh nach freiem Platz und Rechten.
internal-failed = In AI OS Chat ist etwas schiefgegangen. Was gespeichert wurde, ist sicher; das Protokoll sagt mehr. Versuche es noch einmal.

## Settings

settings = Einstellungen
kept-for-a-year = Für diesen Browser, ein Jahr lang.
theme = Erscheinung
theme-about = Papier oder Nacht, oder wie das System es zeigt.
face = Schrift der Nachrichten
face-about = Die des Systems, oder eine mit Serifen wie in Büchern.
size = Textgröße
size-about = Von allem. Der Zoom des Browsers geht auch.
width = Breite des Textes
width-about = Etwa 66 Zeichen je Zeile lesen sich am leichtesten.
send-with = Senden mit
send-with-about = Die andere beginnt eine neue Zeile, ebenso Umschalt mit Enter.
letters = Tasten aus einem Buchstaben
letters-about = Wer mit dem Rechner spricht oder sich vertippt, schaltet sie besser aus. Die mit Strg, Alt oder einer Funktionstaste bleiben.
choice-system = System
choice-light = Hell
choice-dark = Dunkel
choice-serif = Serifen
choice-normal = Normal
choice-small = Klein
choice-large = Groß
choice-larger = Größer
choice-narrow = Schmal
choice-wide = Breit
choice-control = Strg oder ⌘ Enter
choice-on = An
choice-off = Aus
kept-where = Was wo liegt
on-the-server = Auf dem Server
on-the-server-are = Unterhaltungen, Bewertungen, Anweisungen und importierte Dateien: Das Programm, von dem diese Seite kommt, bewahrt sie in seinem Datenordner auf.
in-this-browser = In diesem Browser
in-this-browser-are = Entwürfe, bevorzugte Modelle und, in einem Cookie, diese Einstellungen.
a-copy-too = Und eine Kopie des Verlaufs, um ohne den Server zu lesen.
choose-copy = Aussuchen, wie viel davon
elsewhere = Anderswo
elsewhere-goes = Was du ein Modell fragst, geht an den Server dieses Modells, wie sein Name in der Auswahl sagt. Sonst verlässt nichts den Rechner.
more-settings = Mehr
imports-and-undo = Importe, und sie rückgängig machen
who-is-signed-in = Wer angemeldet ist

## Keys, and the palette

keys = Tasten
keys-how = Alles geht ohne Maus. Tasten aus einem Buchstaben gelten, wenn gerade nichts geschrieben wird; in den Einstellungen kann man sie ausschalten. Auf einem Mac ist Strg ⌘.
keys-anywhere = Überall
keys-conversation = In einer Unterhaltung
keys-list = In der Liste der Unterhaltungen
keys-composer = Wo eine Nachricht geschrieben wird
conversations-and-actions = Unterhaltungen und Aktionen
find-anything = Eine Unterhaltung oder Aktion finden
palette-recent = Zuletzt
palette-passages = In Unterhaltungen
in-all-conversations = in allen Unterhaltungen
palette-choose = wählen
palette-go = los
palette-close = schließen
do-order = Unterhaltungen ordnen
do-keys = Alle Tasten (Tastenkürzel)
do-leave = Ein Feld, ein Menü oder eine Leiste verlassen
do-light = Erscheinung: hell
do-dark = Erscheinung: dunkel
do-system = Erscheinung: wie das System
do-mode = Demo oder eigener Verlauf
do-write = Eine Nachricht schreiben
do-stop = Die Antwort anhalten
do-turn-before = Runde davor
do-next-turn = Nächste Runde
do-copy = Die Antwort kopieren
do-quote = Die Antwort zitieren, oder was ausgewählt ist
do-good = Gute Antwort
do-bad = Schlechte Antwort
do-again = Noch einmal antworten
do-change = Die Frage ändern
do-find = In dieser Unterhaltung suchen
do-instructions = Anweisungen
do-rename = Umbenennen
do-pin = Anheften oder lösen
do-archive = Archivieren, oder aus dem Archiv nehmen
do-export = Exportieren
do-link = Den Link kopieren
do-delete = Löschen: in den Papierkorb
do-next-line = Nächste Unterhaltung
do-line-before = Unterhaltung davor
do-along = Durch die Liste gehen
do-choose = Auswählen, um mit mehreren etwas zu tun; mit Umschalt und Pfeil alle auf dem Weg
do-menu = Menü
do-said-before = In ein leeres Feld holen, was vorher gesagt wurde
do-send = Senden
do-new-line = Neue Zeile
do-leave-field = Das Feld verlassen

## The list in hand

chosen-many = { NUMBER($count) } ausgewählt
let-go-of-all = Keine auswählen
move-to-project = In ein Projekt verschieben
move-to-project-more = In ein Projekt verschieben …
move-many = { NUMBER($count) } in ein Projekt verschieben
new-project = Neues Projekt …
no-project = Kein Projekt
project-hint = Ein neuer Name ergibt ein Projekt. Ohne Namen gehören sie zu keinem.
export-markdown = Als Markdown exportieren
conversation-menu = Unterhaltung

## What is said of an answer to those who hear the page

code-is-there = Code.
answer-finished = Antwort fertig.
answer-stopped = Angehalten.
answer-interrupted = Abgebrochen.
