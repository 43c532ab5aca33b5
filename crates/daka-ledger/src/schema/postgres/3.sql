-- WeCom's own reports, the tree of departments, photos that are kept, and what was asked lately.

SET LOCAL search_path TO daka;

CREATE TABLE day_report (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    nr         INTEGER NOT NULL,        -- of the version, within the person's day
    known_from BIGINT  NOT NULL,
    known_to   BIGINT,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, day, nr)
);

CREATE TABLE month_report (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    month      INTEGER NOT NULL,        -- 202611
    nr         INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, month, nr)
);

CREATE TABLE department (
    company    INTEGER NOT NULL,
    department BIGINT  NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, department, known_from)
);

-- Photos that were asked for. Without a hash: WeCom no longer had it.
CREATE TABLE media (
    company      INTEGER NOT NULL,
    mediaid      TEXT NOT NULL,
    known_from   BIGINT  NOT NULL,
    hash         TEXT,                  -- SHA-256 of the bytes; the file's name
    bytes        BIGINT,
    content_type TEXT,
    PRIMARY KEY (company, mediaid)
);

-- How often a call was made in a minute, so that whoever syncs next keeps to the company's quotas.
-- No fact: rows of more than an hour ago are thrown away.
CREATE TABLE spent (
    company INTEGER NOT NULL,
    call    TEXT NOT NULL,
    minute  INTEGER NOT NULL,           -- since 1970
    run     INTEGER NOT NULL,
    calls   BIGINT  NOT NULL,
    PRIMARY KEY (company, call, minute, run)
);

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
    to_timestamp(m.known_from / 1000) AS since,
    to_timestamp(m.known_to / 1000) AS until
FROM member AS m
JOIN company AS c ON c.company = m.company
JOIN person AS p ON p.company = m.company AND p.person = m.person;

CREATE VIEW department_now AS
SELECT c.corp_id, d.department,
    d.content::json ->> 'parentid' AS parentid,
    d.content::json ->> 'name' AS name,
    d.content
FROM department AS d
JOIN company AS c ON c.company = d.company
WHERE d.known_to IS NULL;

-- WeCom's own reports, beside verdict_day and verdict_month.
CREATE VIEW wecom_day AS
SELECT c.corp_id, p.userid, DATE '1970-01-01' + r.day AS date,
    (r.content::json #>> '{summary_info,standard_work_sec}')::bigint AS standard_sec,
    (r.content::json #>> '{summary_info,regular_work_sec}')::bigint AS worked_sec,
    r.content::json -> 'exception_infos' AS exceptions,
    r.content AS report
FROM day_report AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
WHERE r.known_to IS NULL;

CREATE VIEW wecom_month AS
SELECT c.corp_id, p.userid,
    (r.month / 100)::text || '-' || lpad((r.month % 100)::text, 2, '0') AS month,
    (r.content::json #>> '{summary_info,work_days}')::bigint AS work_days,
    (r.content::json #>> '{summary_info,except_days}')::bigint AS except_days,
    r.content::json -> 'exception_infos' AS exceptions,
    r.content AS report
FROM month_report AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
WHERE r.known_to IS NULL;

CREATE VIEW photo AS
SELECT c.corp_id, m.mediaid, m.hash, m.bytes, m.content_type,
    to_timestamp(m.known_from / 1000) AS asked_at
FROM media AS m
JOIN company AS c ON c.company = m.company;

-- The walls of schema 2 around the new tables.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['day_report', 'month_report', 'department', 'media', 'spent'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY company_chosen ON %I
                USING (company = nullif(current_setting(''daka.company'', true), '''')::integer)',
            name
        );
    END LOOP;
END
$$;
