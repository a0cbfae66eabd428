// What is said beside the page's module, which has its words itself.

/** By language and name, with `{0}` for what is put in. This line is the build's: it adds the other languages, and a test holds it against the texts. */
const WORDS = {"en":{"copyAll":"the whole history","copyAsksInVain":"The copy of the history does not answer.","copyCancel":"Cancel","copyForget":"Forget on this device","copyInUse":"The copy is still in use. Close the other windows of this app and try again.","copyIs":"With it you can read and search without the server, which has everything. It takes {0}; this site uses {1} of {2}.","copyKeep":"Keep","copyMayGo":"The browser may remove it when the disk is nearly full; it is then made anew.","copyMonth":"the last month","copyNewest":"the newest {0} in this browser, no room for {1} more","copyNone":"This browser keeps no copy of the history.","copyNoneWhy":"This browser keeps no copy of the history: {0}","copyNotMade":"{0} not made: changed on the server meanwhile","copyNothing":"Nothing is kept in this browser.","copyNothingKept":"Nothing kept in this browser","copyOffline":"offline","copyQuarter":"the last 3 months","copyStays":"It stays until you remove it.","copySyncing":"syncing","copyTitle":"Kept in this browser","copyToCome":"syncing, {0} to come","copyWaiting":"{0} waiting","copyWhat":"What is kept in this browser","copyWhole":"in this browser, too","copyYear":"the last 12 months","laterButton":"Later","loadIt":"Load it","notStarted":"The page did not start, so nothing was imported. Load it again and drop the files on it.","serverAway":"The server cannot be reached","serverAwayMeans":"Your history is on it, and nothing is lost. What you were writing is kept in this browser. This page looks for the server every few seconds and goes on by itself.","serverAwayWhy":"Is the server running, and is this device in its network?","shareLost":"What was shared did not arrive, and nothing was stored. Share it once more.","tryNow":"Try again now","updateReady":"Update ready. What you are writing stays."}};

/** A page of the server says its language; without the server it is the one that was chosen, else the first that the browser asks for. */
const page = globalThis.document?.documentElement;
const chosen = /(?:^|; )language=([a-z]+)/.exec(globalThis.document?.cookie)?.[1];
const languages = page && page.dataset.page !== "offline" ? [page.lang] : [chosen, ...navigator.languages.map((tag) => tag.split("-")[0])];

export const language = languages.find((code) => code in WORDS) ?? "en";

/** The words of a name. */
export function say(name, ...values) {
  return WORDS[language][name].replaceAll(/\{(\d)\}/g, (_, position) => values[position]);
}
