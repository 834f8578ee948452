-- What a session and an invitation must remember of recordings. The terms are JSON, empty
-- for none.
ALTER TABLE sessions ADD COLUMN records INTEGER NOT NULL DEFAULT 0 CHECK (records IN (0, 1));
ALTER TABLE sessions ADD COLUMN recording TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0 CHECK (recorded IN (0, 1));
ALTER TABLE invitations ADD COLUMN record INTEGER NOT NULL DEFAULT 0 CHECK (record IN (0, 1));
