-- The audit trail: lines of JSON, the hashes of the Merkle tree over them, and signed
-- checkpoints by the number of the last event that they cover. AUDIT.md beside the
-- package audit describes all three. Rows are only ever added.
CREATE TABLE audit_lines (
  n       INTEGER PRIMARY KEY CHECK (n >= 1),
  line    TEXT NOT NULL,
  -- For searches; what counts is the line.
  kind    TEXT GENERATED ALWAYS AS (iif(json_valid(line), json_extract(line, '$.kind'), NULL)) VIRTUAL,
  time    TEXT GENERATED ALWAYS AS (iif(json_valid(line), json_extract(line, '$.time'), NULL)) VIRTUAL,
  actor   TEXT GENERATED ALWAYS AS (iif(json_valid(line), json_extract(line, '$.actor'), NULL)) VIRTUAL,
  session TEXT GENERATED ALWAYS AS (iif(json_valid(line), json_extract(line, '$.session'), NULL)) VIRTUAL,
  subject TEXT GENERATED ALWAYS AS (iif(json_valid(line), json_extract(line, '$.subject'), NULL)) VIRTUAL
) STRICT;

CREATE INDEX audit_by_kind ON audit_lines (kind);
CREATE INDEX audit_by_actor ON audit_lines (actor);
CREATE INDEX audit_by_session ON audit_lines (session) WHERE session IS NOT NULL;
CREATE INDEX audit_by_subject ON audit_lines (subject) WHERE subject IS NOT NULL;

CREATE TABLE audit_hashes (
  level INTEGER NOT NULL CHECK (level >= 0),
  n     INTEGER NOT NULL CHECK (n >= 0),
  hash  BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_checkpoints (
  size INTEGER PRIMARY KEY CHECK (size >= 1),
  note TEXT NOT NULL
) STRICT;
