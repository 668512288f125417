-- The shard key is the seller; a SKU id carries the seller's gene.

CREATE TABLE stock (
    shard    smallint NOT NULL,
    sku_id   bigint   NOT NULL,
    location text     NOT NULL,
    on_hand  bigint   NOT NULL CHECK (on_hand >= 0),
    reserved bigint   NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    PRIMARY KEY (shard, sku_id, location),
    CHECK (reserved <= on_hand)
) WITH (fillfactor = 70);

-- One row for each place that a reservation's goods lie at.
CREATE TABLE reservation (
    shard          smallint    NOT NULL,
    reservation_id bigint      NOT NULL,
    sku_id         bigint      NOT NULL,
    location       text        NOT NULL,
    quantity       integer     NOT NULL CHECK (quantity > 0),
    state          text        NOT NULL CHECK (state IN ('HELD', 'CONFIRMED', 'RELEASED', 'EXPIRED')),
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (shard, reservation_id, sku_id, location)
) WITH (fillfactor = 85);
CREATE INDEX reservation_held ON reservation (expires_at) WHERE state = 'HELD';

-- Append-only: what has ever changed on_hand, once for each cause.
CREATE TABLE stock_movement (
    shard    smallint    NOT NULL,
    sku_id   bigint      NOT NULL,
    location text        NOT NULL,
    kind     text        NOT NULL
        CHECK (kind IN ('received', 'sold', 'returned', 'written_off', 'moved_out', 'moved_in')),
    cause    text        NOT NULL,
    quantity bigint      NOT NULL,
    reason   text,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, sku_id, kind, cause, location)
);
