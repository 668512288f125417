-- A sale carries the gene of its seller. OPENING: its stock is being moved; OPEN: it has its stock and runs inside its
-- window; ENDED: what is left goes home, again whenever an order gives something back.
CREATE TABLE flash_sale (
    shard         smallint    NOT NULL,
    sale_id       bigint      NOT NULL,
    seller_id     bigint      NOT NULL,
    sku_id        bigint      NOT NULL,
    e4            bigint      NOT NULL CHECK (e4 >= 0),
    currency      text        NOT NULL,
    quantity      integer     NOT NULL CHECK (quantity > 0),
    per_buyer_max integer     NOT NULL CHECK (per_buyer_max > 0),
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    state         text        NOT NULL CHECK (state IN ('OPENING', 'OPEN', 'ENDED')),
    moved         integer     NOT NULL DEFAULT 0,
    returns       integer     NOT NULL DEFAULT 0,
    next_look_at  timestamptz NOT NULL,
    PRIMARY KEY (shard, sale_id),
    CHECK (ends_at >= starts_at)
);
CREATE INDEX flash_sale_by_sku ON flash_sale (shard, sku_id) WHERE state <> 'ENDED';
CREATE INDEX flash_sale_by_seller ON flash_sale (shard, seller_id, sale_id);
CREATE INDEX flash_sale_by_start ON flash_sale (starts_at, sale_id) WHERE state = 'OPEN';
CREATE INDEX flash_sale_by_look ON flash_sale (next_look_at);

-- An order that claims something; its row is locked first, so that a claim and its giving back never pass each other.
CREATE TABLE flash_order (
    shard      smallint NOT NULL,
    order_id   bigint   NOT NULL,
    buyer_id   bigint   NOT NULL,
    given_back boolean  NOT NULL,
    PRIMARY KEY (shard, order_id)
);

CREATE TABLE flash_claim (
    shard    smallint    NOT NULL,
    order_id bigint      NOT NULL,
    sale_id  bigint      NOT NULL,
    quantity integer     NOT NULL CHECK (quantity > 0),
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, order_id, sale_id)
);

-- What a buyer has had of a sale; the limit is a copy of the sale's, which never changes.
CREATE TABLE flash_buyer (
    shard         smallint NOT NULL,
    buyer_id      bigint   NOT NULL,
    sale_id       bigint   NOT NULL,
    used          integer  NOT NULL,
    per_buyer_max integer  NOT NULL,
    PRIMARY KEY (shard, buyer_id, sale_id),
    CHECK (used BETWEEN 0 AND per_buyer_max)
);
