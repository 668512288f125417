-- Prices carry the gene of their seller, as SKU ids do.
CREATE TABLE price (
    shard      smallint    NOT NULL,
    sku_id     bigint      NOT NULL,
    seller_id  bigint      NOT NULL,
    e4         bigint      NOT NULL CHECK (e4 >= 0),
    currency   text        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, sku_id)
);

-- A code is claimed on the shard of its own hash, for it must be unique among all sellers; it never moves on to
-- another coupon.
CREATE TABLE coupon_code (
    shard     smallint NOT NULL,
    code      text     NOT NULL,
    coupon_id bigint   NOT NULL,
    PRIMARY KEY (shard, code)
);

-- A coupon carries the gene of its seller; seller 0 is the platform.
CREATE TABLE coupon (
    shard              smallint    NOT NULL,
    coupon_id          bigint      NOT NULL,
    seller_id          bigint      NOT NULL,
    code               text        NOT NULL,
    basis_points       integer     CHECK (basis_points BETWEEN 1 AND 10000),
    amount             bigint      CHECK (amount > 0),
    minimum            bigint      NOT NULL DEFAULT 0 CHECK (minimum >= 0),
    currency           text,
    uses_max           integer     CHECK (uses_max > 0),
    uses_per_buyer_max integer     CHECK (uses_per_buyer_max > 0),
    starts_at          timestamptz NOT NULL,
    ends_at            timestamptz,
    used               integer     NOT NULL DEFAULT 0 CHECK (used >= 0),
    PRIMARY KEY (shard, coupon_id),
    CHECK ((basis_points IS NULL) <> (amount IS NULL)),
    CHECK (currency IS NOT NULL OR (amount IS NULL AND minimum = 0)),
    CHECK (used <= uses_max)
);
CREATE INDEX coupon_by_seller ON coupon (shard, seller_id, coupon_id);

-- How often a buyer has used a coupon; beside the coupon, so that one transaction keeps both limits.
CREATE TABLE coupon_buyer (
    shard     smallint NOT NULL,
    coupon_id bigint   NOT NULL,
    buyer_id  bigint   NOT NULL,
    used      integer  NOT NULL CHECK (used >= 0),
    PRIMARY KEY (shard, coupon_id, buyer_id)
);

CREATE TABLE coupon_use (
    shard     smallint    NOT NULL,
    coupon_id bigint      NOT NULL,
    trade_id  bigint      NOT NULL,
    buyer_id  bigint      NOT NULL,
    state     text        NOT NULL CHECK (state IN ('REDEEMED', 'GIVEN_BACK')),
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, coupon_id, trade_id)
);

-- Which coupons a trade wanted (a refused one may be followed by another), on the shard of the buyer: written before
-- the coupon is used, so that it can always be found to be given back.
CREATE TABLE coupon_trade (
    shard     smallint NOT NULL,
    trade_id  bigint   NOT NULL,
    coupon_id bigint   NOT NULL,
    PRIMARY KEY (shard, trade_id, coupon_id)
);

CREATE TABLE quote (
    shard      smallint    NOT NULL,
    quote_id   bigint      NOT NULL,
    buyer_id   bigint      NOT NULL,
    body       jsonb       NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (shard, quote_id)
);
CREATE INDEX quote_by_age ON quote (expires_at);
