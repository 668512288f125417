-- What a buyer has put aside; rows of the buyer, member or guest.
CREATE TABLE cart_line (
    shard    smallint    NOT NULL,
    buyer_id bigint      NOT NULL,
    sku_id   bigint      NOT NULL,
    quantity integer     NOT NULL CHECK (quantity > 0),
    guest    boolean     NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, buyer_id, sku_id)
);
-- guests leave and do not come back: for the sweeper
CREATE INDEX cart_line_of_guests ON cart_line (added_at) WHERE guest;

-- A guest's lines on their way into a member's cart, which may lie on another database: taken out here, put in there,
-- then forgotten here.
CREATE TABLE cart_handover (
    shard       smallint    NOT NULL,
    guest_id    bigint      NOT NULL,
    handover_id bigint      NOT NULL,
    member_id   bigint      NOT NULL,
    sku_ids     bigint[]    NOT NULL,
    quantities  integer[]   NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, guest_id, handover_id)
);

-- Handovers that have arrived, on the member's shard, so that none arrives twice.
CREATE TABLE cart_arrival (
    shard       smallint    NOT NULL,
    member_id   bigint      NOT NULL,
    handover_id bigint      NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, member_id, handover_id)
);

CREATE TABLE favourite (
    shard      smallint    NOT NULL,
    buyer_id   bigint      NOT NULL,
    product_id bigint      NOT NULL,
    guest      boolean     NOT NULL,
    added_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, buyer_id, product_id)
);
CREATE INDEX favourite_of_guests ON favourite (added_at) WHERE guest;
