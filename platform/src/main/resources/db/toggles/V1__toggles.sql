-- Only the toggles that somebody has turned; what the others are, the settings say.
CREATE TABLE toggle (
    name       text        PRIMARY KEY,
    enabled    boolean     NOT NULL,
    reason     text        NOT NULL,
    changed_by bigint      NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
