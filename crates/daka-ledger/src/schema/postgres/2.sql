-- For people's own tools: what holds now, in words that need no arithmetic. Choose a company first:
-- SELECT set_config('daka.company', company::text, false) FROM daka.company WHERE corp_id = '...';

SET LOCAL search_path TO daka;

CREATE VIEW record_now AS
SELECT c.corp_id, p.userid, DATE '1970-01-01' + r.day AS filed_on,
    r.day::bigint * 86400 - 28800 + r.second AS checkin_time,
    TIMESTAMP '1970-01-01' + make_interval(days => r.day, secs => r.second) AS checkin_at,  -- at UTC+8
    r.second AS second_of_day,
    r.day::bigint * 86400 - 28800 + r.due AS sch_checkin_time,
    s.checkin_type, s.exception_type, s.groupid, s.groupname, s.schedule_id, s.timeline_id,
    t.content::json ->> 0 AS location_title,
    t.content::json ->> 1 AS location_detail,
    t.content::json ->> 2 AS wifiname,
    t.content::json ->> 3 AS wifimac,
    d.content AS deviceid, r.lat, r.lng
FROM record AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
JOIN shape AS s ON s.company = r.company AND s.shape = r.shape
LEFT JOIN text AS t ON t.company = r.company AND t.text = r.place
LEFT JOIN text AS d ON d.company = r.company AND d.text = r.device
WHERE r.known_to IS NULL AND r.day > -2147483648;

-- Records of something that happened: without the 未打卡 rows.
CREATE VIEW punch AS
SELECT * FROM record_now WHERE coalesce(exception_type, '') NOT LIKE '%未打卡%';

-- Who had which rule from which day on, and until which (exclusive).
CREATE VIEW rule_on_day AS
SELECT c.corp_id, p.userid, DATE '1970-01-01' + r.day AS from_day,
    DATE '1970-01-01' + lead(r.day) OVER (PARTITION BY r.company, r.person ORDER BY r.day)
        AS until_day,
    t.content::json ->> 'groupid' AS groupid,
    t.content::json ->> 'groupname' AS groupname,
    t.content AS rule
FROM rule_from AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
LEFT JOIN text AS t ON t.company = r.company AND t.text = r.rule
WHERE r.known_to IS NULL;

CREATE VIEW verdict_day AS
SELECT c.corp_id, p.userid, DATE '1970-01-01' + v.day AS date,
    v.content::json ->> 'status' AS status,
    v.content::json ->> 'day_type' AS day_type,
    (v.content::json ->> 'standard_sec')::bigint AS standard_sec,
    (v.content::json ->> 'worked_sec')::bigint AS worked_sec,
    (v.content::json -> 'overtime' ->> 'seconds')::bigint AS overtime_sec,
    v.content::json -> 'exceptions' AS exceptions,
    v.content AS verdict
FROM verdict AS v
JOIN company AS c ON c.company = v.company
JOIN person AS p ON p.company = v.company AND p.person = v.person
WHERE v.known_to IS NULL;

CREATE VIEW verdict_month AS
SELECT corp_id, userid, to_char(date, 'YYYY-MM') AS month,
    count(*) AS days,
    count(*) FILTER (WHERE status = 'normal') AS normal_days,
    count(*) FILTER (WHERE status = 'abnormal') AS abnormal_days,
    count(*) FILTER (WHERE status IN ('pending', 'incomplete')) AS open_days,
    sum(standard_sec) AS standard_sec, sum(worked_sec) AS worked_sec,
    sum(overtime_sec) AS overtime_sec
FROM verdict_day GROUP BY corp_id, userid, to_char(date, 'YYYY-MM');

-- Which days of whom were asked for, and when last.
CREATE VIEW covered AS
SELECT c.corp_id, p.userid, v.call, DATE '1970-01-01' + v.from_day AS from_day,
    DATE '1970-01-01' + v.to_day AS to_day,
    to_timestamp(max(v.asked_at) / 1000) AS asked_at
FROM coverage AS v
JOIN crowd_member AS m ON m.company = v.company AND m.crowd = v.crowd
JOIN company AS c ON c.company = v.company
JOIN person AS p ON p.company = m.company AND p.person = m.person
GROUP BY c.corp_id, p.userid, v.call, v.from_day, v.to_day;

-- A company's rows are seen by those who have chosen it, and by nobody who has not.
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT c.relname FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'company'
        WHERE n.nspname = 'daka' AND c.relkind IN ('r', 'p') AND c.relname <> 'company'
    LOOP
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
