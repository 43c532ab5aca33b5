-- What people are told. Work state, no fact: a row says how far the telling of a finding has come.
CREATE TABLE telling (
    company     INTEGER NOT NULL,
    telling     INTEGER NOT NULL,
    receiver    TEXT NOT NULL,           -- as the settings name it
    recipient   TEXT NOT NULL,           -- whom of it; empty where it is one
    person      INTEGER NOT NULL,        -- whose day it is
    day         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    amount      INTEGER NOT NULL,        -- seconds where the kind has a duration, else how often
    noted_at    INTEGER NOT NULL,
    claim       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0, -- before that nobody else may claim it
    tries       INTEGER NOT NULL DEFAULT 0,
    trouble     TEXT,                    -- why the last try failed
    told_at     INTEGER,
    PRIMARY KEY (company, telling)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX telling_of ON telling (company, person, day, kind, amount, receiver, recipient);

-- What is still to tell: few rows.
CREATE INDEX telling_open ON telling (company, receiver) WHERE told_at IS NULL;

CREATE INDEX telling_by_claim ON telling (company, claim);

CREATE VIEW told AS
SELECT c.corp_id, t.receiver, t.recipient, p.userid, date(t.day * 86400, 'unixepoch') AS date,
    t.kind, t.amount, t.tries, t.trouble,
    datetime(t.noted_at / 1000, 'unixepoch') AS noted_at,            -- UTC
    datetime(t.told_at / 1000, 'unixepoch') AS told_at
FROM telling AS t
JOIN company AS c ON c.company = t.company
JOIN person AS p ON p.company = t.company AND p.person = t.person;
