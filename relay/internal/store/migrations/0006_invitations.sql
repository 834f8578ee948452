-- What a session must remember of keys, invitations and time limits.
ALTER TABLE sessions ADD COLUMN keys TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN invitation TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN began INTEGER;

-- Invitations that were not used yet. The code is a keyed hash. As in sessions, a
-- technician is no reference to an account.
CREATE TABLE invitations (
  id                      TEXT PRIMARY KEY,
  code                    BLOB NOT NULL UNIQUE,
  technician_id           TEXT NOT NULL CHECK (technician_id <> ''),
  technician_name         TEXT NOT NULL,
  technician_organisation TEXT NOT NULL,
  ask                     TEXT NOT NULL CHECK (ask <> ''),
  ticket                  TEXT NOT NULL,
  created                 INTEGER NOT NULL,
  expires                 INTEGER NOT NULL
) STRICT;
