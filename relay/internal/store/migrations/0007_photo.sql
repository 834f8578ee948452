-- Portraits that people have chosen of themselves: PNG files that the relay made.
CREATE TABLE photos (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  png        BLOB NOT NULL CHECK (length(png) BETWEEN 1 AND 24576)
) STRICT;
