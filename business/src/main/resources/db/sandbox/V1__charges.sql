-- What the pretended provider remembers. It stands outside the shop: nothing here is the shop's truth.

CREATE TABLE sandbox_charge (
    reference text        PRIMARY KEY,
    token     text        NOT NULL,
    amount    bigint      NOT NULL,
    currency  char(3)     NOT NULL,
    state     text        NOT NULL CHECK (state IN ('PENDING', 'CAPTURED', 'DECLINED', 'CANCELLED')),
    page_key  text        NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sandbox_refund (
    refund_id text        PRIMARY KEY,
    reference text        NOT NULL,
    amount    bigint      NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sandbox_webhook (
    event_id   text        PRIMARY KEY,
    reference  text        NOT NULL,
    type       text        NOT NULL,
    deliver_at timestamptz NOT NULL,
    copies     smallint    NOT NULL DEFAULT 1,
    attempts   smallint    NOT NULL DEFAULT 0
);
CREATE INDEX sandbox_webhook_due ON sandbox_webhook (deliver_at);

CREATE TABLE sandbox_key (
    name text  PRIMARY KEY,
    key  bytea NOT NULL
);
