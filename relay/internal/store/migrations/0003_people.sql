-- An account without a password has a hash that no text is known for. The epoch
-- grows with every change after which nothing counts that was begun before it.
ALTER TABLE accounts ADD COLUMN group_name   TEXT NOT NULL DEFAULT '' CHECK (length(group_name) <= 64);
ALTER TABLE accounts ADD COLUMN has_password INTEGER NOT NULL DEFAULT 1 CHECK (has_password IN (0, 1));
ALTER TABLE accounts ADD COLUMN epoch        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN last_sign_in INTEGER;
-- The secret must be read to check a code: it is as safe as this file is. The step
-- is the newest one whose code was used (RFC 6238 section 5.2).
ALTER TABLE accounts ADD COLUMN totp_secret  BLOB CHECK (length(totp_secret) BETWEEN 16 AND 64);
ALTER TABLE accounts ADD COLUMN totp_step    INTEGER NOT NULL DEFAULT 0;

-- Where sign-ins came from was not kept before: everybody signs in once more.
DROP TABLE sign_ins;
CREATE TABLE sign_ins (
  token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
  id         TEXT NOT NULL UNIQUE CHECK (id <> ''),
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created    INTEGER NOT NULL,
  used       INTEGER NOT NULL,
  proven     INTEGER NOT NULL,
  strong     INTEGER NOT NULL CHECK (strong IN (0, 1)),
  address    TEXT NOT NULL,
  browser    TEXT NOT NULL CHECK (length(browser) <= 120)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_by_account ON sign_ins (account_id);

CREATE TABLE passkeys (
  id            TEXT PRIMARY KEY,
  credential_id BLOB NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
  account_id    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name          TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  credential    TEXT NOT NULL, -- JSON
  created       INTEGER NOT NULL,
  used          INTEGER
) STRICT;
CREATE INDEX passkeys_by_account ON passkeys (account_id);

CREATE TABLE recovery_codes (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  code_hash  BLOB NOT NULL CHECK (length(code_hash) = 32),
  PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;

-- An account has one link at most.
CREATE TABLE links (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  kind       TEXT NOT NULL CHECK (kind IN ('invitation', 'reset')),
  created    INTEGER NOT NULL,
  expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE openid_links (
  issuer     TEXT NOT NULL CHECK (issuer <> ''),
  subject    TEXT NOT NULL CHECK (subject <> ''),
  account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
