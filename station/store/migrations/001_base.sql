-- The log. Columns beside `canonical` only serve to find and order rows; the bytes are the event.
CREATE TABLE event (
    position    INTEGER PRIMARY KEY,
    incarnation INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    id          TEXT NOT NULL UNIQUE,
    type        TEXT NOT NULL,
    subject     TEXT,
    prev_hash   TEXT NOT NULL,
    hash        TEXT NOT NULL UNIQUE,
    canonical   BLOB NOT NULL,
    UNIQUE (incarnation, seq)
);
CREATE INDEX event_of_subject ON event (subject, position);

CREATE TRIGGER event_follows_the_last BEFORE INSERT ON event
WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM event)
  OR NEW.prev_hash IS NOT coalesce(
        (SELECT hash FROM event ORDER BY position DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'an event must follow the last one'); END;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never removed'); END;

-- What identifies a person, under that person's key. Without the key a row is noise.
CREATE TABLE person_key (
    subject TEXT PRIMARY KEY,
    key     BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE payload (
    event_id   TEXT NOT NULL REFERENCES event (id),
    name       TEXT NOT NULL,
    subject    TEXT NOT NULL REFERENCES person_key (subject),
    media_type TEXT NOT NULL,
    ciphertext BLOB NOT NULL,
    PRIMARY KEY (event_id, name)
);
CREATE INDEX payload_of_subject ON payload (subject);

CREATE TRIGGER payload_is_never_changed BEFORE UPDATE ON payload
BEGIN SELECT RAISE(ABORT, 'a payload is never changed'); END;

CREATE TABLE erased_person (
    subject  TEXT PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES event (id)
) WITHOUT ROWID;

CREATE TRIGGER erased_person_is_never_changed BEFORE UPDATE ON erased_person
BEGIN SELECT RAISE(ABORT, 'an erasure is never undone'); END;

CREATE TRIGGER erased_person_is_never_removed BEFORE DELETE ON erased_person
BEGIN SELECT RAISE(ABORT, 'an erasure is never undone'); END;

CREATE TRIGGER erased_person_gets_no_new_key BEFORE INSERT ON person_key
WHEN EXISTS (SELECT 1 FROM erased_person WHERE subject = NEW.subject)
BEGIN SELECT RAISE(ABORT, 'an erased person gets no new key'); END;

-- What the platform has yet to hear, in the order of the log.
CREATE TABLE receipt (
    batch_id TEXT PRIMARY KEY,
    content  BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
    position INTEGER PRIMARY KEY REFERENCES event (position),
    event_id TEXT NOT NULL UNIQUE REFERENCES event (id),
    state    TEXT NOT NULL DEFAULT 'waiting'
             CHECK (state IN ('waiting', 'delivered', 'quarantined')),
    reason   TEXT,
    batch_id TEXT REFERENCES receipt (batch_id),
    CHECK ((state = 'quarantined') = (reason IS NOT NULL)),
    CHECK ((state = 'delivered') = (batch_id IS NOT NULL))
);
CREATE INDEX outbox_waiting ON outbox (position) WHERE state = 'waiting';
CREATE INDEX outbox_quarantined ON outbox (position) WHERE state = 'quarantined';

CREATE TRIGGER outbox_row_is_never_removed BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'an outbox row is never removed'); END;

CREATE TRIGGER delivered_stays_delivered BEFORE UPDATE ON outbox
WHEN OLD.state = 'delivered'
  OR NEW.position IS NOT OLD.position
  OR NEW.event_id IS NOT OLD.event_id
BEGIN SELECT RAISE(ABORT, 'a delivered outbox row is never changed'); END;

CREATE TABLE outbox_blob (
    sha256   TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES outbox (event_id),
    sealed   BLOB NOT NULL,
    PRIMARY KEY (event_id, sha256)
);

-- The platform's data, replaced by its answers only.
CREATE TABLE applicant (
    subject         TEXT PRIMARY KEY,
    registration_id TEXT NOT NULL,
    document_number TEXT NOT NULL,
    name            TEXT NOT NULL,
    pinyin          TEXT NOT NULL,
    photo_sha256    TEXT,
    content         BLOB NOT NULL
);
CREATE INDEX applicant_registration ON applicant (registration_id);
CREATE INDEX applicant_document ON applicant (document_number);
CREATE INDEX applicant_name ON applicant (name);
CREATE INDEX applicant_pinyin ON applicant (pinyin);
CREATE INDEX applicant_photo ON applicant (photo_sha256) WHERE photo_sha256 IS NOT NULL;

CREATE TABLE uploaded_photo (
    sha256  TEXT PRIMARY KEY,
    content BLOB NOT NULL
);

CREATE TABLE tombstone (
    subject TEXT PRIMARY KEY,
    reason  TEXT NOT NULL,
    at      TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sync_cursor (
    stream TEXT PRIMARY KEY,
    cursor TEXT NOT NULL
) WITHOUT ROWID;

-- What the exam organiser's signed site packages brought.
CREATE TABLE site_package (
    issuer   TEXT NOT NULL,
    id       TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (issuer, id)
) WITHOUT ROWID;

CREATE TABLE exam_session (
    id        TEXT PRIMARY KEY,
    starts_at TEXT NOT NULL,
    content   BLOB NOT NULL
);

CREATE TABLE candidate (
    exam_session_id TEXT NOT NULL REFERENCES exam_session (id),
    ticket_no       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    document_number TEXT NOT NULL,
    room            TEXT NOT NULL,
    seat            TEXT NOT NULL,
    content         BLOB NOT NULL,
    photo           BLOB NOT NULL,
    record          BLOB NOT NULL,
    PRIMARY KEY (exam_session_id, ticket_no)
);
CREATE INDEX candidate_ticket ON candidate (ticket_no);
CREATE INDEX candidate_document ON candidate (document_number);
CREATE INDEX candidate_seat ON candidate (exam_session_id, room, seat);
CREATE INDEX candidate_subject ON candidate (subject);

-- The people who work here, and what lies open on each desk.
CREATE TABLE operator (
    operator_id  TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    roles        TEXT NOT NULL,
    scheme       TEXT NOT NULL,
    salt         BLOB NOT NULL,
    hash         BLOB NOT NULL,
    enabled      INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))
) WITHOUT ROWID;

CREATE TABLE open_case (
    desk            TEXT NOT NULL,
    workflow        TEXT NOT NULL,
    subject         TEXT NOT NULL,
    exam_session_id TEXT,
    PRIMARY KEY (desk, workflow)
) WITHOUT ROWID;
