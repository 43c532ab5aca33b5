-- What the company's own list says of people: a JSON object a person.
CREATE TABLE roster (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to   INTEGER,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, known_from)
) STRICT, WITHOUT ROWID;

CREATE VIEW roster_now AS
SELECT c.corp_id, p.userid,
    json_extract(r.content, '$.name') AS name,
    json_extract(r.content, '$.employee_no') AS employee_no,
    json_extract(r.content, '$.departments') AS departments,
    json_extract(r.content, '$.position') AS position,
    json_extract(r.content, '$.joined') AS joined,
    json_extract(r.content, '$.left') AS "left",
    r.content
FROM roster AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
WHERE r.known_to IS NULL;
