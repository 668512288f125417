-- Where an import of a file stands, so that it goes on after a crash: units done, what they came to, the orders made.

CREATE TABLE intake_import (
    digest text        PRIMARY KEY,
    format text        NOT NULL,
    done   bigint      NOT NULL,
    tally  jsonb       NOT NULL,
    at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE intake_order (
    digest   text   NOT NULL,
    invoice  text   NOT NULL,
    order_id bigint NOT NULL,
    PRIMARY KEY (digest, invoice)
);
