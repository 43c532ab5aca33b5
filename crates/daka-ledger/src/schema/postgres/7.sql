-- Months frozen for payroll, and what was frozen of each person.

SET LOCAL search_path TO daka;

CREATE TABLE closing (
    company     INTEGER NOT NULL,
    closing     BIGINT  NOT NULL,
    month       BIGINT  NOT NULL,        -- its first day
    nr          BIGINT  NOT NULL,        -- counted within the month
    closed_at   BIGINT  NOT NULL,        -- what was known until then
    closed_by   TEXT,
    everyone    BIGINT  NOT NULL,        -- 1: of the whole company, so nobody else has days in the month
    people      BIGINT  NOT NULL,
    person_days BIGINT  NOT NULL,
    sha256      TEXT NOT NULL,           -- over the verdict lines, one line feed a line
    lang        TEXT NOT NULL,           -- of the lines that were summed
    policy      TEXT NOT NULL,           -- JSON
    reopened_at BIGINT,
    reopened_by TEXT,
    reopened_why TEXT,
    PRIMARY KEY (company, closing)
);

CREATE TABLE frozen (
    company INTEGER NOT NULL,
    closing BIGINT  NOT NULL,
    userkey TEXT NOT NULL,
    content TEXT NOT NULL,               -- JSON, deflated, in Base64
    PRIMARY KEY (company, closing, userkey)
);

-- The walls of schema 2 around the new tables.
ALTER TABLE closing ENABLE ROW LEVEL SECURITY;
ALTER TABLE closing FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON closing
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
ALTER TABLE frozen ENABLE ROW LEVEL SECURITY;
ALTER TABLE frozen FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON frozen
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
