-- Stations and the way in.
CREATE TABLE station (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    verify_key BLOB NOT NULL,
    sealing_key BLOB NOT NULL,
    joined_at TEXT NOT NULL
) STRICT;

-- Codes are kept as digests: reading the database lets nobody join.
CREATE TABLE activation_code (
    code_digest TEXT PRIMARY KEY,
    unit_code TEXT NOT NULL,
    expires_s REAL NOT NULL,
    station TEXT REFERENCES station (id)
) STRICT;

CREATE TABLE nonce (
    station TEXT NOT NULL REFERENCES station (id),
    nonce TEXT NOT NULL,
    created_s INTEGER NOT NULL,
    PRIMARY KEY (station, nonce)
) STRICT;

CREATE INDEX nonce_by_age ON nonce (created_s);

-- People. `change` is drawn from one counter for applicants and tombstones: it is the cursor.
CREATE TABLE change_counter (value INTEGER NOT NULL) STRICT;

INSERT INTO change_counter VALUES (0);

CREATE TABLE applicant (
    subject TEXT PRIMARY KEY,
    registration_id TEXT NOT NULL UNIQUE,
    unit_code TEXT NOT NULL,
    status TEXT NOT NULL,
    body TEXT NOT NULL,
    change INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE photo (
    digest TEXT PRIMARY KEY,
    subject TEXT NOT NULL REFERENCES applicant (subject) ON DELETE CASCADE,
    jpeg BLOB NOT NULL
) STRICT;

CREATE TABLE tombstone (
    subject TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    change INTEGER NOT NULL UNIQUE
) STRICT;

-- What stations sent. Events are kept byte for byte and never changed.
CREATE TABLE event (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    station TEXT NOT NULL REFERENCES station (id),
    incarnation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT,
    body BLOB NOT NULL,
    received_at TEXT NOT NULL,
    UNIQUE (station, incarnation, seq)
) STRICT;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;

-- A refused event leaves its number and hash behind, so that the chain is followed across it.
CREATE TABLE refused_event (
    id TEXT PRIMARY KEY,
    station TEXT NOT NULL REFERENCES station (id),
    incarnation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at TEXT NOT NULL,
    UNIQUE (station, incarnation, seq)
) STRICT;

CREATE TABLE receipt (
    batch_id TEXT NOT NULL,
    station TEXT NOT NULL REFERENCES station (id),
    body BLOB NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE blob (
    digest TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    station TEXT NOT NULL REFERENCES station (id),
    received_at TEXT NOT NULL
) STRICT;

CREATE TABLE confirmation (
    place INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    blob TEXT NOT NULL REFERENCES blob (digest),
    event_id TEXT NOT NULL UNIQUE REFERENCES event (id)
) STRICT;

CREATE INDEX confirmation_by_subject ON confirmation (subject);

CREATE TABLE decision (
    place INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    approved INTEGER NOT NULL,
    event_id TEXT NOT NULL UNIQUE REFERENCES event (id)
) STRICT;

CREATE INDEX decision_by_subject ON decision (subject);

-- Examinations.
CREATE TABLE exam_session (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- One counter for all builds, so that a newer package has a higher number whatever it is of.
CREATE TABLE package_counter (value INTEGER NOT NULL) STRICT;

INSERT INTO package_counter VALUES (0);

CREATE TABLE seat (
    exam_session TEXT NOT NULL REFERENCES exam_session (id) ON DELETE CASCADE,
    subject TEXT NOT NULL REFERENCES applicant (subject) ON DELETE CASCADE,
    ticket_no TEXT NOT NULL,
    room TEXT NOT NULL,
    seat TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    designated_finger INTEGER,
    PRIMARY KEY (exam_session, subject),
    UNIQUE (exam_session, ticket_no)
) STRICT;

CREATE TABLE package (
    exam_session TEXT NOT NULL REFERENCES exam_session (id) ON DELETE CASCADE,
    station TEXT NOT NULL REFERENCES station (id),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (exam_session, station)
) STRICT;
