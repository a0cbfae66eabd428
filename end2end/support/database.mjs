// Looks into the server's database, as another program that reads SQLite would.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sqlite from "node-sqlite3-wasm";

/**
 * The rows that a query finds in the history of a data folder, whether the server runs or not.
 *
 * It reads a copy: this SQLite cannot share the write-ahead log with the server. The database is copied before its log, so that what
 * is moved from the log to the database meanwhile is in both.
 */
export function rows(data, query, values = []) {
  const folder = mkdtempSync(path.join(tmpdir(), "aios-chat-copy-"));
  try {
    const copy = path.join(folder, "personal.db");
    copyFileSync(path.join(data, "personal.db"), copy);
    const log = path.join(data, "personal.db-wal");
    if (existsSync(log)) copyFileSync(log, `${copy}-wal`);
    const database = new sqlite.Database(copy);
    try {
      // Without this a write-ahead log needs shared memory, which WebAssembly has not.
      database.exec("PRAGMA locking_mode = EXCLUSIVE");
      return database.all(query, values);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Number of conversations and turns, and whether SQLite finds the file in order. */
export function totals(data) {
  const [{ conversations, turns }] = rows(
    data,
    "SELECT (SELECT count(*) FROM convos) AS conversations, (SELECT count(*) FROM convo_turns) AS turns",
  );
  const [{ integrity_check: integrity }] = rows(data, "PRAGMA integrity_check");
  return { conversations, turns, integrity };
}

/** Which of these words, in lower case, are in the bytes of a file below a folder. */
export function holding(folder, words) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  // A file may be gone by then.
  const read = (entry) => { try { return readFileSync(path.join(entry.parentPath, entry.name), "latin1").toLowerCase(); } catch { return ""; } };
  const texts = files.map(read);
  return words.filter((word) => texts.some((text) => text.includes(word))).sort();
}
