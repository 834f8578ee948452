-- Times are nanoseconds since 1970. A technician is not a reference to an account:
-- what a session says of people stays true when accounts change.
CREATE TABLE sessions (
  id                      TEXT PRIMARY KEY,
  state                   TEXT NOT NULL CHECK (state <> ''),
  created                 INTEGER NOT NULL,
  changed                 INTEGER NOT NULL,
  ended                   INTEGER,
  reason                  TEXT NOT NULL,
  host_name               TEXT NOT NULL,
  host_os                 TEXT NOT NULL,
  host_key                TEXT NOT NULL,
  host_fingerprint        TEXT NOT NULL,
  host_token              BLOB,
  code                    BLOB,
  code_group              BLOB,
  code_expires            INTEGER,
  wrong_tries             INTEGER NOT NULL CHECK (wrong_tries >= 0),
  technician_id           TEXT NOT NULL,
  technician_name         TEXT NOT NULL,
  technician_organisation TEXT NOT NULL,
  technician_fingerprint  TEXT NOT NULL,
  technician_token        BLOB,
  ticket                  TEXT NOT NULL,
  asked                   TEXT NOT NULL,
  further                 TEXT NOT NULL,
  request_id              TEXT NOT NULL,
  answer                  INTEGER,
  allowed                 TEXT NOT NULL,
  consent                 TEXT NOT NULL
) STRICT;

CREATE INDEX open_sessions ON sessions (id) WHERE ended IS NULL;
