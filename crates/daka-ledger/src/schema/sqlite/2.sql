-- For people's own tools: what holds now, in words that need no arithmetic.

CREATE VIEW record_now AS
SELECT c.corp_id, p.userid, date(r.day * 86400, 'unixepoch') AS filed_on,
    r.day * 86400 - 28800 + r.second AS checkin_time,
    datetime(r.day * 86400 + r.second, 'unixepoch') AS checkin_at,   -- at UTC+8
    r.second AS second_of_day,
    r.day * 86400 - 28800 + r.due AS sch_checkin_time,
    s.checkin_type, s.exception_type, s.groupid, s.groupname, s.schedule_id, s.timeline_id,
    json_extract(t.content, '$[0]') AS location_title,
    json_extract(t.content, '$[1]') AS location_detail,
    json_extract(t.content, '$[2]') AS wifiname,
    json_extract(t.content, '$[3]') AS wifimac,
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
SELECT c.corp_id, p.userid, date(r.day * 86400, 'unixepoch') AS from_day,
    date(lead(r.day) OVER (PARTITION BY r.company, r.person ORDER BY r.day) * 86400, 'unixepoch')
        AS until_day,
    json_extract(t.content, '$.groupid') AS groupid,
    json_extract(t.content, '$.groupname') AS groupname,
    t.content AS rule
FROM rule_from AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
LEFT JOIN text AS t ON t.company = r.company AND t.text = r.rule
WHERE r.known_to IS NULL;

CREATE VIEW verdict_day AS
SELECT c.corp_id, p.userid, date(v.day * 86400, 'unixepoch') AS date,
    json_extract(v.content, '$.status') AS status,
    json_extract(v.content, '$.day_type') AS day_type,
    json_extract(v.content, '$.standard_sec') AS standard_sec,
    json_extract(v.content, '$.worked_sec') AS worked_sec,
    json_extract(v.content, '$.overtime.seconds') AS overtime_sec,
    json_extract(v.content, '$.exceptions') AS exceptions,
    v.content AS verdict
FROM verdict AS v
JOIN company AS c ON c.company = v.company
JOIN person AS p ON p.company = v.company AND p.person = v.person
WHERE v.known_to IS NULL;

CREATE VIEW verdict_month AS
SELECT corp_id, userid, substr(date, 1, 7) AS month,
    count(*) AS days,
    sum(status = 'normal') AS normal_days,
    sum(status = 'abnormal') AS abnormal_days,
    sum(status IN ('pending', 'incomplete')) AS open_days,
    sum(standard_sec) AS standard_sec, sum(worked_sec) AS worked_sec,
    sum(overtime_sec) AS overtime_sec
FROM verdict_day GROUP BY corp_id, userid, substr(date, 1, 7);

-- Which days of whom were asked for, and when last.
CREATE VIEW covered AS
SELECT c.corp_id, p.userid, v.call, date(v.from_day * 86400, 'unixepoch') AS from_day,
    date(v.to_day * 86400, 'unixepoch') AS to_day,
    datetime(max(v.asked_at) / 1000, 'unixepoch') AS asked_at        -- UTC
FROM coverage AS v
JOIN crowd_member AS m ON m.company = v.company AND m.crowd = v.crowd
JOIN company AS c ON c.company = v.company
JOIN person AS p ON p.company = m.company AND p.person = m.person
GROUP BY v.company, m.person, v.call, v.from_day, v.to_day;
