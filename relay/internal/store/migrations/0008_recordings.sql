-- Recordings, by the ID of their session. What is in them is in files; here is what has to
-- be known to find them, to go on after a restart, and to let go of them in time.
CREATE TABLE recordings (
  id                      TEXT PRIMARY KEY CHECK (id <> ''),
  -- open: more may come · ended: all of it is here · incomplete: its end is missing ·
  -- deleted: only this row is left, once gone says when.
  state                   TEXT NOT NULL CHECK (state IN ('open', 'ended', 'incomplete', 'deleted')),
  required                INTEGER NOT NULL CHECK (required IN (0, 1)),
  begun                   INTEGER NOT NULL,
  -- When the relay last took something of it, and when nothing more was expected.
  changed                 INTEGER NOT NULL,
  ended                   INTEGER,
  gone                    INTEGER,
  host_name               TEXT NOT NULL,
  host_os                 TEXT NOT NULL,
  host_key                TEXT NOT NULL CHECK (host_key <> ''),
  technician_id           TEXT NOT NULL,
  technician_name         TEXT NOT NULL,
  technician_organisation TEXT NOT NULL,
  technician_group        TEXT NOT NULL,
  ticket                  TEXT NOT NULL,
  consent                 TEXT NOT NULL,
  -- Days that it is kept after its end; nobody deletes one that is held.
  retention               INTEGER NOT NULL CHECK (retention > 0),
  held                    INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  -- Hashes of what the host uploads with, and of what opens the person's own copy.
  token                   BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
  copy                    BLOB NOT NULL UNIQUE CHECK (length(copy) = 32),
  -- The first three lines of the recording: manifest, signature, receipt; NULL before they came.
  head                    BLOB
) STRICT;

CREATE INDEX recordings_by_state ON recordings (state);

-- The volumes of a recording that are closed. Those with stored = 0 wait, in the folder of
-- open recordings, for the storage to take them.
CREATE TABLE recording_volumes (
  recording TEXT NOT NULL REFERENCES recordings (id),
  number    INTEGER NOT NULL CHECK (number >= 0),
  stored    INTEGER NOT NULL CHECK (stored IN (0, 1)),
  -- Its parts, from first up to but without next, and the milliseconds that they span.
  first     INTEGER NOT NULL CHECK (first >= 0),
  next      INTEGER NOT NULL CHECK (next >= first),
  start     INTEGER NOT NULL CHECK (start >= 0),
  until     INTEGER NOT NULL CHECK (until >= start),
  bytes     INTEGER NOT NULL CHECK (bytes > 0),
  -- The chain's link at its end.
  link      BLOB NOT NULL CHECK (length(link) = 32),
  -- 13 bytes for each part, big-endian: u32 place in the volume, u32 milliseconds after the
  -- volume's start, u32 length in milliseconds, u8 flags.
  parts     BLOB NOT NULL CHECK (length(parts) = 13 * (next - first)),
  PRIMARY KEY (recording, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX recording_volumes_waiting ON recording_volumes (recording, number) WHERE stored = 0;
