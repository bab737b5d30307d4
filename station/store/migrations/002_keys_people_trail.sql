-- Who may come in with what. The card is known by the SHA-256 (hex) of its certificate, NULL is
-- no card. `must_change`: the passphrase was given by somebody else and holds for one sign-in.
ALTER TABLE operator ADD COLUMN card_fingerprint TEXT;
ALTER TABLE operator ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1));

-- The last run of each piece of upkeep (backup, drill, full check, retention), as told on screen.
-- The trail holds the history; here lies what the schedule goes by.
CREATE TABLE upkeep (
    name   TEXT PRIMARY KEY,
    at     TEXT NOT NULL,
    result TEXT NOT NULL
) WITHOUT ROWID;

-- The last retention policy that could be read: a file that breaks later does not change the rules.
CREATE TABLE retention_policy (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    content BLOB NOT NULL
);

-- Files of limited life beside this one (backups, exports, saved forms). Their days count from the
-- platform's time at which they were first seen: what a file says of its age is any clock's word.
CREATE TABLE kept_file (
    folder  TEXT NOT NULL,
    name    TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (folder, name)
) WITHOUT ROWID;

-- Who has such an event: the desk's board, the review's list, and whether somebody is sealed.
CREATE INDEX event_of_type ON event (type, subject);
