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

-- Search lists the first few names of many: it must find them without reading anybody's row.
DROP INDEX applicant_name;
DROP INDEX applicant_pinyin;
CREATE INDEX applicant_name ON applicant (name, subject);
CREATE INDEX applicant_pinyin ON applicant (pinyin, name, subject);

-- The gate asks for less than a whole number, word for word as the queries say it.
CREATE INDEX candidate_place ON candidate (exam_session_id, room || seat);
CREATE INDEX candidate_numbered_place
    ON candidate (exam_session_id, ltrim(room, '0'), ltrim(seat, '0'));
CREATE INDEX candidate_ticket_ending ON candidate (exam_session_id, substr(ticket_no, -5));
CREATE INDEX candidate_number_ending ON candidate (exam_session_id, substr(document_number, -6));

-- How many are expected, told without reading their photos and records.
ALTER TABLE candidate
    ADD COLUMN without_template INTEGER NOT NULL DEFAULT 0 CHECK (without_template IN (0, 1));
UPDATE candidate SET without_template = 1 WHERE length(record) = 0;
CREATE INDEX candidate_expected ON candidate (exam_session_id, subject, without_template);

-- Passphrases are verified by the keyring's slots; a second verifier would be a second place to
-- guess at. Accounts of schema 1 get their passphrases anew when the keyring is protected.
ALTER TABLE operator DROP COLUMN scheme;
ALTER TABLE operator DROP COLUMN salt;
ALTER TABLE operator DROP COLUMN hash;
