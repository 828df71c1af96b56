-- Times are milliseconds since the epoch. seq is the order of creation: clocks may go back, it does not.
CREATE TABLE endpoints (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    application TEXT NOT NULL,
    created INTEGER NOT NULL,
    app_version TEXT NOT NULL,
    app_version_registered INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    metadata_updated INTEGER
) STRICT;

CREATE INDEX endpoints_of_application ON endpoints (application, seq);
CREATE INDEX endpoints_of_app_version ON endpoints (app_version, seq);
