-- Times are milliseconds since the epoch. seq is the order of creation: clocks may go back, it does not.
CREATE TABLE tokens (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    application TEXT NOT NULL,
    token TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('INACTIVE', 'ACTIVE', 'SUSPENDED', 'REVOKED')),
    created INTEGER NOT NULL,
    updated INTEGER,
    UNIQUE (application, token)
) STRICT;

CREATE INDEX tokens_of_endpoint ON tokens (endpoint_id, seq);
