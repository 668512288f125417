-- Whether this marketplace began with the sample catalogue; decided on its first start and never again.
-- One row for the whole marketplace, on the first database; no shard.
CREATE TABLE intake_beginning (
    one    boolean     PRIMARY KEY DEFAULT true CHECK (one),
    sample boolean     NOT NULL,
    at     timestamptz NOT NULL DEFAULT now()
);
