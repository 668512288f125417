-- What each node says of itself, once a second. Nobody needs it after a crash, and nobody waits
-- for a disk or for a standby to say it: hence unlogged.
CREATE UNLOGGED TABLE node (
    number              integer          PRIMARY KEY,
    state               text             NOT NULL,
    stage               text             NOT NULL,
    version             text             NOT NULL,
    address             text             NOT NULL,
    started_at          timestamptz      NOT NULL,
    requests_per_second double precision NOT NULL,
    processor           double precision NOT NULL,
    memory              double precision NOT NULL,
    seen_at             timestamptz      NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
