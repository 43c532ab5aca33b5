-- What people decided about days.
CREATE TABLE decision (
    company    INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    decision   INTEGER NOT NULL,        -- one number a decision in a company
    known_from INTEGER NOT NULL,
    known_to   INTEGER,
    content    TEXT NOT NULL,           -- JSON; one taken back stays, and says so
    PRIMARY KEY (company, person, decision, known_from)
) STRICT, WITHOUT ROWID;
