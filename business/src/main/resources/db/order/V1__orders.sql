-- The shard key is the buyer; trade, order, shipment and refund ids carry the buyer's gene.

CREATE TABLE trade (
    shard           smallint    NOT NULL,
    trade_id        bigint      NOT NULL,
    buyer_id        bigint      NOT NULL,
    idempotency_key text        NOT NULL,
    request         bytea       NOT NULL,
    state           text        NOT NULL,
    currency        char(3)     NOT NULL,
    total           bigint      NOT NULL CHECK (total >= 0),
    address         jsonb       NOT NULL,
    email           text,
    coupon          text,
    payment_method  text        NOT NULL,
    payment_token   text        NOT NULL,
    refusal         jsonb,
    placed_at       timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (shard, trade_id),
    UNIQUE (shard, buyer_id, idempotency_key)
) WITH (fillfactor = 85);
CREATE INDEX trade_open ON trade (created_at) WHERE state IN ('OPENED', 'AWAITING_PAYMENT');

CREATE TABLE orders (
    shard             smallint    NOT NULL,
    order_id          bigint      NOT NULL,
    trade_id          bigint      NOT NULL,
    buyer_id          bigint      NOT NULL,
    seller_id         bigint      NOT NULL,
    state             text        NOT NULL,
    currency          char(3)     NOT NULL,
    goods             bigint      NOT NULL,
    discount          bigint      NOT NULL,
    platform_discount bigint      NOT NULL,
    shipping          bigint      NOT NULL,
    tax               bigint      NOT NULL,
    total             bigint      NOT NULL CHECK (total = goods - discount + shipping + tax),
    refunded          bigint      NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    reason            text,
    placed_at         timestamptz NOT NULL,
    changed_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, order_id),
    CHECK (refunded <= total)
) WITH (fillfactor = 80);
CREATE INDEX orders_of_trade ON orders (trade_id);
CREATE INDEX orders_of_buyer ON orders (buyer_id, order_id);
CREATE INDEX orders_shipped ON orders (changed_at) WHERE state = 'SHIPPED';

CREATE TABLE order_line (
    shard          smallint NOT NULL,
    order_id       bigint   NOT NULL,
    line_no        integer  NOT NULL,
    buyer_id       bigint   NOT NULL,
    sku_id         bigint   NOT NULL,
    product_id     bigint   NOT NULL,
    code           text     NOT NULL,
    title          text     NOT NULL,
    options        jsonb    NOT NULL,
    quantity       integer  NOT NULL CHECK (quantity > 0),
    unit_price_e4  bigint   NOT NULL,
    amount         bigint   NOT NULL,
    reservation_id bigint   NOT NULL,
    flash_sale_id  bigint,
    shipped        integer  NOT NULL DEFAULT 0,
    withdrawn      integer  NOT NULL DEFAULT 0,
    refunded       integer  NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, order_id, line_no),
    CHECK (shipped >= 0 AND withdrawn >= 0 AND shipped + withdrawn <= quantity),
    CHECK (refunded >= withdrawn AND refunded <= quantity)
) WITH (fillfactor = 90);
CREATE INDEX order_line_of_product ON order_line (buyer_id, product_id);

-- Append-only: every step of every order.
CREATE TABLE order_step (
    shard      smallint    NOT NULL,
    order_id   bigint      NOT NULL,
    step       smallint    NOT NULL,
    from_state text        NOT NULL,
    to_state   text        NOT NULL,
    reason     text,
    at         timestamptz NOT NULL,
    PRIMARY KEY (shard, order_id, step)
);

CREATE TABLE shipment (
    shard       smallint    NOT NULL,
    shipment_id bigint      NOT NULL,
    order_id    bigint      NOT NULL,
    tracking    text,
    parcel      jsonb       NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (shard, shipment_id)
);
CREATE INDEX shipment_of_order ON shipment (order_id);

CREATE TABLE refund (
    shard      smallint    NOT NULL,
    refund_id  bigint      NOT NULL,
    order_id   bigint      NOT NULL,
    seller_id  bigint      NOT NULL,
    currency   char(3)     NOT NULL,
    amount     bigint      NOT NULL CHECK (amount >= 0),
    units      jsonb       NOT NULL,
    restock    boolean     NOT NULL,
    state      text        NOT NULL CHECK (state IN ('REQUESTED', 'DONE')),
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, refund_id)
);
CREATE INDEX refund_of_order ON refund (order_id);
CREATE INDEX refund_open ON refund (created_at) WHERE state = 'REQUESTED';

-- What a seller sees: an index kept by events, on the seller's shard.
CREATE TABLE seller_order (
    shard     smallint    NOT NULL,
    seller_id bigint      NOT NULL,
    order_id  bigint      NOT NULL,
    buyer_id  bigint      NOT NULL,
    state     text        NOT NULL,
    placed_at timestamptz NOT NULL,
    PRIMARY KEY (shard, seller_id, order_id)
) WITH (fillfactor = 85);
