-- WeCom's own reports, the tree of departments, photos that are kept, and what was asked lately.

-- With row ids: a row of an index, which tables without them are, spills over to a page of its own
-- when it is longer than a kilobyte, and reports are.
CREATE TABLE day_report (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    nr         INTEGER NOT NULL,        -- of the version, within the person's day
    known_from INTEGER NOT NULL,
    known_to   INTEGER,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, day, nr)
) STRICT;

CREATE TABLE month_report (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    month      INTEGER NOT NULL,        -- 202611
    nr         INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to   INTEGER,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, month, nr)
) STRICT;

CREATE TABLE department (
    company    INTEGER NOT NULL,
    department INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to   INTEGER,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, department, known_from)
) STRICT, WITHOUT ROWID;

-- Photos that were asked for. Without a hash: WeCom no longer had it.
CREATE TABLE media (
    company      INTEGER NOT NULL,
    mediaid      TEXT NOT NULL,
    known_from   INTEGER NOT NULL,
    hash         TEXT,                  -- SHA-256 of the bytes; the file's name
    bytes        INTEGER,
    content_type TEXT,
    PRIMARY KEY (company, mediaid)
) STRICT, WITHOUT ROWID;

-- How often a call was made in a minute, so that whoever syncs next keeps to the company's quotas.
-- No fact: rows of more than an hour ago are thrown away.
CREATE TABLE spent (
    company INTEGER NOT NULL,
    call    TEXT NOT NULL,
    minute  INTEGER NOT NULL,           -- since 1970
    run     INTEGER NOT NULL,
    calls   INTEGER NOT NULL,
    PRIMARY KEY (company, call, minute, run)
) STRICT, WITHOUT ROWID;

-- Whether an approval is on file, by the number alone.
CREATE INDEX approval_by_number ON approval (company, sp_no);

CREATE VIEW member_now AS
SELECT c.corp_id, p.userid, m.departments
FROM member AS m
JOIN company AS c ON c.company = m.company
JOIN person AS p ON p.company = m.company AND p.person = m.person
WHERE m.known_to IS NULL;

-- Who was in which departments from when until when (none while it holds).
CREATE VIEW member_history AS
SELECT c.corp_id, p.userid, m.departments,
    datetime(m.known_from / 1000, 'unixepoch') AS since,  -- UTC
    datetime(m.known_to / 1000, 'unixepoch') AS until
FROM member AS m
JOIN company AS c ON c.company = m.company
JOIN person AS p ON p.company = m.company AND p.person = m.person;

CREATE VIEW department_now AS
SELECT c.corp_id, d.department,
    json_extract(d.content, '$.parentid') AS parentid,
    json_extract(d.content, '$.name') AS name,
    d.content
FROM department AS d
JOIN company AS c ON c.company = d.company
WHERE d.known_to IS NULL;

-- WeCom's own reports, beside verdict_day and verdict_month.
CREATE VIEW wecom_day AS
SELECT c.corp_id, p.userid, date(r.day * 86400, 'unixepoch') AS date,
    json_extract(r.content, '$.summary_info.standard_work_sec') AS standard_sec,
    json_extract(r.content, '$.summary_info.regular_work_sec') AS worked_sec,
    json_extract(r.content, '$.exception_infos') AS exceptions,
    r.content AS report
FROM day_report AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
WHERE r.known_to IS NULL;

CREATE VIEW wecom_month AS
SELECT c.corp_id, p.userid,
    substr(r.month, 1, 4) || '-' || substr(r.month, 5, 2) AS month,
    json_extract(r.content, '$.summary_info.work_days') AS work_days,
    json_extract(r.content, '$.summary_info.except_days') AS except_days,
    json_extract(r.content, '$.exception_infos') AS exceptions,
    r.content AS report
FROM month_report AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
WHERE r.known_to IS NULL;

CREATE VIEW photo AS
SELECT c.corp_id, m.mediaid, m.hash, m.bytes, m.content_type,
    datetime(m.known_from / 1000, 'unixepoch') AS asked_at           -- UTC
FROM media AS m
JOIN company AS c ON c.company = m.company;

-- How selective keys are: rows in all, then rows for each longer part of the key. Every key begins
-- with the company, of which there are few; a planner that does not know would rather read a whole
-- company than look a hundred values up. ANALYZE may replace these guesses at any time.
ANALYZE company;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('person', 'person', '100000 100000 1'),
    ('person', 'person_by_key', '100000 100000 1'),
    ('member', 'member', '100000 100000 1 1'),
    ('text', 'text', '100000 100000 1'),
    ('text', 'text_by_hash', '100000 100000 1'),
    ('shape', 'shape', '1000 1000 1'),
    ('shape', 'shape_by_hash', '1000 1000 1'),
    ('record', 'record', '10000000 10000000 1000 3 1'),
    ('rule_from', 'rule_from', '200000 200000 2 1 1'),
    ('schedule', 'schedule', '200000 200000 10 1 1'),
    ('approval', 'approval', '200000 200000 10 1 1'),
    ('approval', 'approval_by_number', '200000 200000 1'),
    ('crowd', 'crowd', '2000 2000 1'),
    ('crowd', 'crowd_by_hash', '2000 2000 1'),
    ('crowd_member', 'crowd_member', '200000 200000 2 1'),
    ('coverage', 'coverage', '200000 200000 100 50 1 1 1'),
    ('verdict', 'verdict', '10000000 10000000 1000 1 1'),
    ('day_report', 'sqlite_autoindex_day_report_1', '10000000 10000000 1000 1 1'),
    ('month_report', 'sqlite_autoindex_month_report_1', '400000 400000 12 1 1'),
    ('media', 'media', '100000 100000 1');
