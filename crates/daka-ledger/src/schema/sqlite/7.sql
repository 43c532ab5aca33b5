-- Months frozen for payroll, and what was frozen of each person.

CREATE TABLE closing (
    company     INTEGER NOT NULL,
    closing     INTEGER NOT NULL,
    month       INTEGER NOT NULL,        -- its first day
    nr          INTEGER NOT NULL,        -- counted within the month
    closed_at   INTEGER NOT NULL,        -- what was known until then
    closed_by   TEXT,
    everyone    INTEGER NOT NULL,        -- 1: of the whole company, so nobody else has days in the month
    people      INTEGER NOT NULL,
    person_days INTEGER NOT NULL,
    sha256      TEXT NOT NULL,           -- over the verdict lines, one line feed a line
    lang        TEXT NOT NULL,           -- of the lines that were summed
    policy      TEXT NOT NULL,           -- JSON
    reopened_at INTEGER,
    reopened_by TEXT,
    reopened_why TEXT,
    PRIMARY KEY (company, closing)
) STRICT, WITHOUT ROWID;

CREATE TABLE frozen (
    company INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    userkey TEXT NOT NULL,
    content TEXT NOT NULL,               -- JSON, deflated, in Base64
    PRIMARY KEY (company, closing, userkey)
) STRICT, WITHOUT ROWID;
