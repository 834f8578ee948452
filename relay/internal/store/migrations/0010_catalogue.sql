-- What is known of recordings, to find them. It is made from what is stored, so that it can
-- be made anew; what people add (notes, holds, views and so on) cannot.
CREATE TABLE catalogue (
  -- When it began, in milliseconds since 1970, made unique: the order of every list.
  n                       INTEGER PRIMARY KEY CHECK (n > 0),
  id                      TEXT NOT NULL UNIQUE CHECK (id <> ''),
  state                   TEXT NOT NULL CHECK (state IN ('live', 'complete', 'incomplete')),
  begun                   INTEGER NOT NULL,
  ended                   INTEGER,
  -- length in milliseconds, bytes in storage.
  length                  INTEGER NOT NULL,
  bytes                   INTEGER NOT NULL,
  parts                   INTEGER NOT NULL,
  technician_id           TEXT NOT NULL,
  technician_name         TEXT NOT NULL,
  technician_organisation TEXT NOT NULL,
  host_name               TEXT NOT NULL,
  host_os                 TEXT NOT NULL,
  ticket                  TEXT NOT NULL,
  group_name              TEXT NOT NULL,
  -- The names as they are compared: in lower case.
  technician_fold         TEXT NOT NULL,
  host_fold               TEXT NOT NULL,
  ticket_fold             TEXT NOT NULL,
  -- A set of bits; the package catalogue names them.
  happened                INTEGER NOT NULL,
  -- Whether the relay can open it.
  opens                   INTEGER NOT NULL CHECK (opens IN (0, 1)),
  -- JSON of what was done in it; NULL when the relay cannot look.
  facts                   TEXT CHECK (json_valid(facts)),
  covered                 INTEGER NOT NULL,
  finished                INTEGER NOT NULL CHECK (finished IN (0, 1)),
  notes                   INTEGER NOT NULL DEFAULT 0,
  views                   INTEGER NOT NULL DEFAULT 0,
  -- A hold, as JSON; NULL when there is none.
  hold                    TEXT CHECK (json_valid(hold))
) STRICT;

CREATE INDEX catalogue_by_technician ON catalogue (technician_id);
CREATE INDEX catalogue_by_technician_name ON catalogue (technician_fold);
CREATE INDEX catalogue_by_host ON catalogue (host_fold);
CREATE INDEX catalogue_by_ticket ON catalogue (ticket_fold);
CREATE INDEX catalogue_live ON catalogue (n) WHERE state = 'live';
CREATE INDEX catalogue_held ON catalogue (n) WHERE hold IS NOT NULL;

-- The texts that are searched, by the number in the catalogue. What is deleted is wiped.
CREATE VIRTUAL TABLE catalogue_words USING fts5 (
  about, windows, chat, files, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
INSERT INTO catalogue_words (catalogue_words, rank) VALUES ('secure-delete', 1);

CREATE TABLE recording_views (
  recording TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('view', 'export', 'share')),
  account   TEXT NOT NULL,
  name      TEXT NOT NULL,
  sign_in   TEXT NOT NULL,
  reason    TEXT NOT NULL,
  time      INTEGER NOT NULL,
  until     INTEGER
) STRICT;
CREATE INDEX recording_views_of ON recording_views (recording, sign_in);

CREATE TABLE recording_notes (
  id        TEXT PRIMARY KEY,
  recording TEXT NOT NULL,
  at        INTEGER NOT NULL,
  text      TEXT NOT NULL,
  account   TEXT NOT NULL,
  name      TEXT NOT NULL,
  time      INTEGER NOT NULL
) STRICT;
CREATE INDEX recording_notes_of ON recording_notes (recording);

-- A recording's own key, sealed to somebody who was no reader when it began.
CREATE TABLE recording_shares (
  recording  TEXT NOT NULL,
  name       TEXT NOT NULL,
  key        TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  time       INTEGER NOT NULL,
  PRIMARY KEY (recording, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording_objections (
  recording TEXT NOT NULL,
  text      TEXT NOT NULL,
  time      INTEGER NOT NULL
) STRICT;
CREATE INDEX recording_objections_of ON recording_objections (recording);

-- What the person may have of their session. It is there before the recording is.
CREATE TABLE recording_copies (
  recording  TEXT PRIMARY KEY,
  token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),
  kind       TEXT NOT NULL CHECK (kind IN ('summary', 'recording')),
  made       INTEGER NOT NULL
) STRICT;

CREATE TABLE recording_filters (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  query   TEXT NOT NULL,
  UNIQUE (account, name)
) STRICT;

-- Who can open recordings that begin from now on. Public keys only.
CREATE TABLE recording_readers (
  name     TEXT PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  held     INTEGER NOT NULL CHECK (held IN (0, 1)),
  added    INTEGER NOT NULL,
  added_by TEXT NOT NULL
) STRICT;
-- One row, once the first start has settled who the first reader is.
CREATE TABLE recording_readers_settled (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  time INTEGER NOT NULL
) STRICT;
