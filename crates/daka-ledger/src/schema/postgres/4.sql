-- What people are told. Work state, no fact: a row says how far the telling of a finding has come.

SET LOCAL search_path TO daka;

CREATE TABLE telling (
    company     INTEGER NOT NULL,
    telling     BIGINT  NOT NULL,
    receiver    TEXT NOT NULL,           -- as the settings name it
    recipient   TEXT NOT NULL,           -- whom of it; empty where it is one
    person      INTEGER NOT NULL,        -- whose day it is
    day         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    amount      BIGINT  NOT NULL,        -- seconds where the kind has a duration, else how often
    noted_at    BIGINT  NOT NULL,
    claim       BIGINT  NOT NULL DEFAULT 0,
    lease_until BIGINT  NOT NULL DEFAULT 0, -- before that nobody else may claim it
    tries       BIGINT  NOT NULL DEFAULT 0,
    trouble     TEXT,                    -- why the last try failed
    told_at     BIGINT,
    PRIMARY KEY (company, telling)
);

CREATE UNIQUE INDEX telling_of ON telling (company, person, day, kind, amount, receiver, recipient);

-- What is still to tell: few rows.
CREATE INDEX telling_open ON telling (company, receiver) WHERE told_at IS NULL;

CREATE INDEX telling_by_claim ON telling (company, claim);

CREATE VIEW told AS
SELECT c.corp_id, t.receiver, t.recipient, p.userid, DATE '1970-01-01' + t.day AS date,
    t.kind, t.amount, t.tries, t.trouble,
    to_timestamp(t.noted_at / 1000) AS noted_at,
    to_timestamp(t.told_at / 1000) AS told_at
FROM telling AS t
JOIN company AS c ON c.company = t.company
JOIN person AS p ON p.company = t.company AND p.person = t.person;

-- The walls of schema 2 around the new table.
ALTER TABLE telling ENABLE ROW LEVEL SECURITY;
ALTER TABLE telling FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON telling
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
