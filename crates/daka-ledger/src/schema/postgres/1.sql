-- Days are days since 1970-01-01, instants are Unix milliseconds. A version holds from known_from
-- until known_to (exclusive; NULL while it holds).

CREATE SCHEMA IF NOT EXISTS daka;
SET LOCAL search_path TO daka;

CREATE TABLE ledger_schema (version BIGINT NOT NULL PRIMARY KEY);

CREATE TABLE company (
    company INTEGER NOT NULL PRIMARY KEY,
    corp_id TEXT NOT NULL UNIQUE
);

CREATE TABLE person (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    userid     TEXT NOT NULL,     -- as WeCom spells it
    userkey    TEXT NOT NULL,     -- without the difference of case
    known_from BIGINT  NOT NULL,
    PRIMARY KEY (company, person)
);
CREATE UNIQUE INDEX person_by_key ON person (company, userkey);

-- The contact list's entry of a person.
CREATE TABLE member (
    company     INTEGER NOT NULL,
    person      INTEGER NOT NULL,
    known_from  BIGINT  NOT NULL,
    known_to    BIGINT ,
    departments TEXT NOT NULL,    -- a JSON list
    PRIMARY KEY (company, person, known_from)
);

-- Texts that repeat: places, devices, rules, months of a schedule.
CREATE TABLE text (
    company INTEGER NOT NULL,
    text    INTEGER NOT NULL,
    hash    BIGINT  NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (company, text)
);
CREATE INDEX text_by_hash ON text (company, hash);

-- What rows of getcheckindata have in common: keys, order, and the values that repeat. U+0001 and
-- a letter stand where a value goes in (src/shape.rs).
CREATE TABLE shape (
    company        INTEGER NOT NULL,
    shape          INTEGER NOT NULL,
    hash           BIGINT  NOT NULL,
    template       TEXT NOT NULL,
    checkin_type   TEXT,
    exception_type TEXT,
    groupname      TEXT,
    groupid        BIGINT ,
    schedule_id    BIGINT ,
    timeline_id    BIGINT ,
    PRIMARY KEY (company, shape)
);
CREATE INDEX shape_by_hash ON shape (company, hash);

-- Wide columns first: PostgreSQL pads to eight bytes. One partition a month, made when its first
-- record comes; the default takes what has no usable date.
CREATE TABLE record (
    hash             BIGINT NOT NULL,   -- of the row as received
    known_from       BIGINT NOT NULL,
    known_to         BIGINT,
    company          INTEGER NOT NULL,
    person           INTEGER NOT NULL,
    day              INTEGER NOT NULL,  -- filed under
    nr               INTEGER NOT NULL,  -- of the version, within the person's day
    second           INTEGER,           -- checkin_time, from the day's midnight at UTC+8
    due              INTEGER,           -- sch_checkin_time, likewise; NULL for 0
    shape            INTEGER NOT NULL,
    place            INTEGER,           -- text: [location_title, location_detail, wifiname, wifimac]
    device           INTEGER,           -- text
    lat              INTEGER,           -- microdegrees, GCJ-02
    lng              INTEGER,
    body             TEXT,              -- the values that are nowhere else, as JSON, one a line
    PRIMARY KEY (company, person, day, nr)
) PARTITION BY RANGE (day);
CREATE TABLE record_other PARTITION OF record DEFAULT;

-- The rule from a day on, until the person's next row.
CREATE TABLE rule_from (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT ,
    rule       INTEGER,                 -- text; NULL for no rule
    PRIMARY KEY (company, person, day, known_from)
);

CREATE TABLE schedule (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    month      INTEGER NOT NULL,        -- 202611
    nr         INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT ,
    schedule   INTEGER NOT NULL,        -- text, without the userid
    PRIMARY KEY (company, person, month, nr)
);

CREATE TABLE approval (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,        -- who asks
    sp_no      TEXT NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT ,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, sp_no, known_from)
);

-- The company's own view of its rules.
CREATE TABLE corp_rule (
    company    INTEGER NOT NULL,
    groupid    BIGINT  NOT NULL,
    nr         INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT ,
    rule       INTEGER NOT NULL,        -- text
    PRIMARY KEY (company, groupid, nr)
);

-- People who were asked about together, so that a mark is one row for all of them.
CREATE TABLE crowd (
    company INTEGER NOT NULL,
    crowd   INTEGER NOT NULL,
    hash    BIGINT  NOT NULL,
    size    INTEGER NOT NULL,
    PRIMARY KEY (company, crowd)
);
CREATE INDEX crowd_by_hash ON crowd (company, hash);

CREATE TABLE crowd_member (
    company INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    crowd   INTEGER NOT NULL,
    PRIMARY KEY (company, person, crowd)
);

CREATE TABLE coverage (
    company    INTEGER NOT NULL,
    crowd      INTEGER NOT NULL,
    call       TEXT NOT NULL,
    from_day   INTEGER NOT NULL,
    to_day     INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    asked_at   BIGINT  NOT NULL,        -- what happened later is not in the answer
    run        INTEGER NOT NULL,
    PRIMARY KEY (company, crowd, call, from_day, to_day, known_from)
);

CREATE TABLE run (
    company    INTEGER NOT NULL,
    run        INTEGER NOT NULL,
    started_at BIGINT  NOT NULL,
    PRIMARY KEY (company, run)
);

CREATE TABLE run_end (
    company  INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    ended_at BIGINT  NOT NULL,
    outcome  TEXT NOT NULL,             -- JSON
    PRIMARY KEY (company, run)
);

CREATE TABLE verdict (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT ,
    content    TEXT NOT NULL,           -- JSON
    PRIMARY KEY (company, person, day, known_from)
);
