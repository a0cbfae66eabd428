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

months = Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember
months-short = Jan., Feb., März, Apr., Mai, Juni, Juli, Aug., Sept., Okt., Nov., Dez.
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
