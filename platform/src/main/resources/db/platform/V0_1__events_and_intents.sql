-- What every module keeps beside its own tables: the intents it has carried out, the events it has to tell,
-- the events it has heard.

CREATE TABLE ${module}_intent (
    shard       smallint    NOT NULL,
    scope       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    result      text,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, scope, key)
);
CREATE INDEX ${module}_intent_by_age ON ${module}_intent (at);

CREATE TABLE ${module}_outbox (
    position        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shard           smallint    NOT NULL,
    key             bigint      NOT NULL,
    event_id        bigint      NOT NULL,
    type            text        NOT NULL,
    payload         jsonb       NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    attempts        smallint    NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    parked          boolean     NOT NULL DEFAULT false,
    failure         text
);
CREATE INDEX ${module}_outbox_waiting ON ${module}_outbox (key) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE ${module}_inbox (
    shard    smallint    NOT NULL,
    consumer text        NOT NULL,
    event_id bigint      NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, consumer, event_id)
);
CREATE INDEX ${module}_inbox_by_age ON ${module}_inbox (at);

CREATE TABLE ${module}_lease (
    name   text        PRIMARY KEY,
    holder text        NOT NULL,
    until  timestamptz NOT NULL
);
