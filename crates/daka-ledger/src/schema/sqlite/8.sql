-- A verdict is a wording that many share, and its own times and numbers.
DROP VIEW verdict_month;
DROP VIEW verdict_day;
ALTER TABLE verdict RENAME TO verdict_in_full;

CREATE TABLE wording (
    company  INTEGER NOT NULL,
    wording  INTEGER NOT NULL,
    hash     INTEGER NOT NULL,
    content  TEXT NOT NULL,              -- JSON: texts, and numbers of slots (src/verdicts/wording.rs)
    status   TEXT NOT NULL,
    day_type TEXT NOT NULL,
    standard INTEGER NOT NULL,           -- seconds
    PRIMARY KEY (company, wording)
) STRICT, WITHOUT ROWID;
CREATE INDEX wording_by_hash ON wording (company, hash);

CREATE TABLE verdict (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to   INTEGER,
    wording    INTEGER NOT NULL,
    worked     INTEGER NOT NULL,         -- seconds: slot 3
    overtime   INTEGER NOT NULL,         -- seconds: slot 4
    own        TEXT NOT NULL,            -- what goes into slots 5 and up, a blank between
    PRIMARY KEY (company, person, day, known_from)
) STRICT, WITHOUT ROWID;

-- A verdict of before is a wording of its own until that day is judged again.
INSERT INTO wording
SELECT company, row_number() OVER (PARTITION BY company ORDER BY person, day, known_from), 0,
    json_array(content), json_extract(content, '$.status'), json_extract(content, '$.day_type'),
    json_extract(content, '$.standard_sec')
FROM verdict_in_full;
INSERT INTO verdict
SELECT company, person, day, known_from, known_to,
    row_number() OVER (PARTITION BY company ORDER BY person, day, known_from),
    json_extract(content, '$.worked_sec'), json_extract(content, '$.overtime.seconds'), ''
FROM verdict_in_full;
DROP TABLE verdict_in_full;

CREATE VIEW verdict_day AS
SELECT corp_id, userid, date, status, day_type, standard_sec, worked_sec, overtime_sec,
    json_extract(verdict, '$.exceptions') AS exceptions,
    verdict
FROM (
    SELECT c.corp_id, p.userid, date(v.day * 86400, 'unixepoch') AS date, w.status, w.day_type,
        w.standard AS standard_sec, v.worked AS worked_sec, v.overtime AS overtime_sec,
        (SELECT group_concat(text, '') FROM (
            SELECT CASE piece.type WHEN 'text' THEN piece.value ELSE CASE piece.value
                WHEN 0 THEN p.userid
                WHEN 1 THEN date(v.day * 86400, 'unixepoch')
                WHEN 2 THEN date((v.day + 1) * 86400, 'unixepoch')
                WHEN 3 THEN v.worked
                WHEN 4 THEN v.overtime
                ELSE json_extract(
                    '["' || replace(v.own, ' ', '","') || '"]', '$[' || (piece.value - 5) || ']')
                END END AS text
            FROM json_each(w.content) AS piece ORDER BY piece.key)) AS verdict
    FROM verdict AS v
    JOIN wording AS w ON w.company = v.company AND w.wording = v.wording
    JOIN company AS c ON c.company = v.company
    JOIN person AS p ON p.company = v.company AND p.person = v.person
    WHERE v.known_to IS NULL);

CREATE VIEW verdict_month AS
SELECT corp_id, userid, substr(date, 1, 7) AS month,
    count(*) AS days,
    sum(status = 'normal') AS normal_days,
    sum(status = 'abnormal') AS abnormal_days,
    sum(status IN ('pending', 'incomplete')) AS open_days,
    sum(standard_sec) AS standard_sec, sum(worked_sec) AS worked_sec,
    sum(overtime_sec) AS overtime_sec
FROM verdict_day GROUP BY corp_id, userid, substr(date, 1, 7);

DELETE FROM sqlite_stat1 WHERE tbl IN ('verdict', 'verdict_in_full');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('verdict', 'verdict', '10000000 10000000 1000 1 1'),
    ('wording', 'wording', '10000 10000 1'),
    ('wording', 'wording_by_hash', '10000 10000 1');
