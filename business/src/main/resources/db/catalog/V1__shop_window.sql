-- The shard key is the seller: product and SKU ids carry the seller's gene.

CREATE TABLE shop (
    shard     smallint    NOT NULL,
    seller_id bigint      NOT NULL,
    name      text        NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, seller_id)
);

-- One small tree for the whole marketplace, on the first database; no shard.
CREATE TABLE category (
    category_id bigint  PRIMARY KEY,
    slug        text    NOT NULL UNIQUE,
    name        text    NOT NULL,
    parent_id   bigint  REFERENCES category (category_id),
    place       integer NOT NULL DEFAULT 0
);

CREATE TABLE product (
    shard          smallint    NOT NULL,
    product_id     bigint      NOT NULL,
    seller_id      bigint      NOT NULL,
    slug           text        NOT NULL,
    title          text        NOT NULL,
    description    text        NOT NULL,
    category_id    bigint,
    published      boolean     NOT NULL,
    options        text[]      NOT NULL,
    pictures       text[]      NOT NULL,
    -- counts edits; prices are set in another module, so the version whose prices are in force is noted beside it
    version        integer     NOT NULL DEFAULT 1,
    priced_version integer     NOT NULL DEFAULT 0,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, product_id),
    UNIQUE (shard, slug)
);
CREATE INDEX product_of_seller ON product (shard, seller_id, product_id);
CREATE INDEX product_unpriced ON product (updated_at) WHERE priced_version < version;

CREATE TABLE sku (
    shard      smallint NOT NULL,
    sku_id     bigint   NOT NULL,
    product_id bigint   NOT NULL,
    seller_id  bigint   NOT NULL,
    code       text     NOT NULL,
    -- one value for each of the product's options, in their order
    choices    text[]   NOT NULL,
    place      smallint NOT NULL,
    withdrawn  boolean  NOT NULL DEFAULT false,
    -- what the seller has asked for; what holds is decided in pricing
    price_e4   bigint   NOT NULL CHECK (price_e4 >= 0),
    currency   text     NOT NULL,
    PRIMARY KEY (shard, sku_id),
    UNIQUE (shard, seller_id, code)
);
CREATE INDEX sku_of_product ON sku (shard, product_id);

-- Drawn before a product is read for the search index: of two readers, the one with the higher number saw more.
CREATE SEQUENCE catalog_ticket CACHE 1;
