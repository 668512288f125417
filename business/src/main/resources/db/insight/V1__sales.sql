-- What a seller wants to know, told by the events of orders. Everything lies with the seller, whose gene the
-- shard is; an order's own id carries its buyer's.
CREATE TABLE insight_order (
    shard      smallint    NOT NULL,
    seller_id  bigint      NOT NULL,
    order_id   bigint      NOT NULL,
    state      text        NOT NULL,
    currency   text        NOT NULL,
    total      bigint      NOT NULL,
    units      bigint      NOT NULL,
    sold_on    date,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (shard, seller_id, order_id)
);
CREATE INDEX insight_order_open ON insight_order (shard, seller_id, state, order_id)
    WHERE state IN ('AWAITING_PAYMENT', 'PAID', 'PARTLY_SHIPPED', 'SHIPPED');

-- A refund may be heard before the sale that it belongs to; it counts from the moment when both are known.
CREATE TABLE insight_refund (
    shard     smallint NOT NULL,
    seller_id bigint   NOT NULL,
    order_id  bigint   NOT NULL,
    refund_id bigint   NOT NULL,
    day       date     NOT NULL,
    currency  text     NOT NULL,
    amount    bigint   NOT NULL,
    counted   boolean  NOT NULL DEFAULT false,
    PRIMARY KEY (shard, seller_id, order_id, refund_id)
);

CREATE TABLE insight_day (
    shard     smallint NOT NULL,
    seller_id bigint   NOT NULL,
    day       date     NOT NULL,
    currency  text     NOT NULL,
    orders    bigint   NOT NULL DEFAULT 0,
    units     bigint   NOT NULL DEFAULT 0,
    gross     bigint   NOT NULL DEFAULT 0,
    refunded  bigint   NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, seller_id, day, currency)
);

CREATE TABLE insight_sku_day (
    shard      smallint NOT NULL,
    seller_id  bigint   NOT NULL,
    day        date     NOT NULL,
    sku_id     bigint   NOT NULL,
    currency   text     NOT NULL,
    product_id bigint   NOT NULL,
    title      text     NOT NULL,
    units      bigint   NOT NULL,
    gross      bigint   NOT NULL,
    PRIMARY KEY (shard, seller_id, day, sku_id, currency)
);
