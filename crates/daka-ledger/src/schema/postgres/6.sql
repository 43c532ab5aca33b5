-- What people decided about days.

SET LOCAL search_path TO daka;

CREATE TABLE decision (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    decision   BIGINT  NOT NULL,        -- one number a decision in a company
    known_from BIGINT  NOT NULL,
    known_to   BIGINT,
    content    TEXT NOT NULL,           -- JSON; one taken back stays, and says so
    PRIMARY KEY (company, person, decision, known_from)
);

-- The walls of schema 2 around the new table.
ALTER TABLE decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE decision FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON decision
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
