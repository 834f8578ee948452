-- Every policy that was ever in force; the one with the greatest version is. The one
-- that nobody has changed has version 1 and is in the program.
CREATE TABLE policies (
  version INTEGER PRIMARY KEY CHECK (version > 1),
  rules   TEXT NOT NULL CHECK (json_valid(rules)),
  changed INTEGER NOT NULL,
  -- changed_by is an account's id, or another word for who did it.
  changed_by TEXT NOT NULL CHECK (changed_by <> '')
) STRICT;
