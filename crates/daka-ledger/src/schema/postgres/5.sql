-- What the company's own list says of people: a JSON object a person.

SET LOCAL search_path TO daka;

CREATE TABLE roster (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    known_from BIGINT  NOT NULL,
    known_to   BIGINT,
    content    TEXT NOT NULL,
    PRIMARY KEY (company, person, known_from)
);

CREATE VIEW roster_now AS
SELECT c.corp_id, p.userid,
    r.content::json ->> 'name' AS name,
    r.content::json ->> 'employee_no' AS employee_no,
    r.content::json ->> 'departments' AS departments,
    r.content::json ->> 'position' AS "position",
    r.content::json ->> 'joined' AS joined,
    r.content::json ->> 'left' AS "left",
    r.content
FROM roster AS r
JOIN company AS c ON c.company = r.company
JOIN person AS p ON p.company = r.company AND p.person = r.person
WHERE r.known_to IS NULL;

-- The walls of schema 2 around the new table.
ALTER TABLE roster ENABLE ROW LEVEL SECURITY;
ALTER TABLE roster FORCE ROW LEVEL SECURITY;
CREATE POLICY company_chosen ON roster
    USING (company = nullif(current_setting('daka.company', true), '')::integer);
