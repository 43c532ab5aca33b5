-- A verdict is a wording that many share, and its own times and numbers.

SET LOCAL search_path TO daka;

DROP VIEW verdict_month;
DROP VIEW verdict_day;
ALTER TABLE verdict RENAME TO verdict_in_full;
ALTER INDEX verdict_pkey RENAME TO verdict_in_full_pkey;
-- Every company's are taken along.
ALTER TABLE verdict_in_full NO FORCE ROW LEVEL SECURITY;

CREATE TABLE wording (
    company  INTEGER NOT NULL,
    wording  INTEGER NOT NULL,
    hash     BIGINT  NOT NULL,
    content  TEXT NOT NULL,              -- JSON: texts, and numbers of slots (src/verdicts/wording.rs)
    status   TEXT NOT NULL,
    day_type TEXT NOT NULL,
    standard BIGINT  NOT NULL,           -- seconds
    PRIMARY KEY (company, wording)
);
CREATE INDEX wording_by_hash ON wording (company, hash);

-- Wide columns first: PostgreSQL pads to eight bytes.
CREATE TABLE verdict (
    known_from BIGINT  NOT NULL,
    known_to   BIGINT,
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    wording    INTEGER NOT NULL,
    worked     INTEGER NOT NULL,         -- seconds: slot 3
    overtime   INTEGER NOT NULL,         -- seconds: slot 4
    own        TEXT NOT NULL,            -- what goes into slots 5 and up, a blank between
    PRIMARY KEY (company, person, day, known_from)
);

-- A verdict of before is a wording of its own until that day is judged again.
INSERT INTO wording
SELECT company, row_number() OVER (PARTITION BY company ORDER BY person, day, known_from), 0,
    json_build_array(content)::text, content::json ->> 'status', content::json ->> 'day_type',
    (content::json ->> 'standard_sec')::bigint
FROM verdict_in_full;
INSERT INTO verdict
SELECT known_from, known_to, company, person, day,
    row_number() OVER (PARTITION BY company ORDER BY person, day, known_from),
    (content::json ->> 'worked_sec')::integer,
    (content::json -> 'overtime' ->> 'seconds')::integer, ''
FROM verdict_in_full;
DROP TABLE verdict_in_full;

CREATE VIEW verdict_day AS
SELECT corp_id, userid, date, status, day_type, standard_sec, worked_sec, overtime_sec,
    verdict::json -> 'exceptions' AS exceptions,
    verdict
FROM (
    SELECT c.corp_id, p.userid, DATE '1970-01-01' + v.day AS date, w.status, w.day_type,
        w.standard AS standard_sec, v.worked::bigint AS worked_sec,
        v.overtime::bigint AS overtime_sec,
        (SELECT string_agg(
            CASE json_typeof(piece) WHEN 'string' THEN piece #>> '{}' ELSE CASE piece::text
                WHEN '0' THEN p.userid
                WHEN '1' THEN to_char(DATE '1970-01-01' + v.day, 'YYYY-MM-DD')
                WHEN '2' THEN to_char(DATE '1970-01-02' + v.day, 'YYYY-MM-DD')
                WHEN '3' THEN v.worked::text
                WHEN '4' THEN v.overtime::text
                ELSE split_part(v.own, ' ', (piece #>> '{}')::integer - 4)
                END END, '' ORDER BY nr)
        FROM json_array_elements(w.content::json) WITH ORDINALITY AS pieces (piece, nr)) AS verdict
    FROM verdict AS v
    JOIN wording AS w ON w.company = v.company AND w.wording = v.wording
    JOIN company AS c ON c.company = v.company
    JOIN person AS p ON p.company = v.company AND p.person = v.person
    WHERE v.known_to IS NULL) AS filled;

CREATE VIEW verdict_month AS
SELECT corp_id, userid, to_char(date, 'YYYY-MM') AS month,
    count(*) AS days,
    count(*) FILTER (WHERE status = 'normal') AS normal_days,
    count(*) FILTER (WHERE status = 'abnormal') AS abnormal_days,
    count(*) FILTER (WHERE status IN ('pending', 'incomplete')) AS open_days,
    sum(standard_sec) AS standard_sec, sum(worked_sec) AS worked_sec,
    sum(overtime_sec) AS overtime_sec
FROM verdict_day GROUP BY corp_id, userid, to_char(date, 'YYYY-MM');

-- The walls of schema 2 around the new tables.
ALTER TABLE wording ENABLE ROW LEVEL SECURITY;
ALTER TABLE wording FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON wording
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
ALTER TABLE verdict ENABLE ROW LEVEL SECURITY;
ALTER TABLE verdict FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON verdict
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
