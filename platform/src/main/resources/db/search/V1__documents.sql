-- A copy of the shop window for searching. One row per product, no shard: a search asks all products at once,
-- so the index lies in one place and grows by copies of it, or by an engine made for it.
-- Everything here can be made again from the catalogue.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE search_document (
    product_id  bigint   PRIMARY KEY,
    version     bigint   NOT NULL,
    -- a product that is not on show keeps its row, so that a late older version cannot bring it back
    listed      boolean  NOT NULL,
    seller_id   bigint   NOT NULL DEFAULT 0,
    category_id bigint,
    title       text     NOT NULL DEFAULT '',
    currency    text     NOT NULL DEFAULT '',
    price_min   bigint   NOT NULL DEFAULT 0,
    price_max   bigint   NOT NULL DEFAULT 0,
    in_stock    boolean  NOT NULL DEFAULT false,
    words       tsvector NOT NULL DEFAULT ''
);
CREATE INDEX search_document_words ON search_document USING gin (words) WHERE listed;
CREATE INDEX search_document_newest ON search_document (product_id) WHERE listed;
CREATE INDEX search_document_by_price ON search_document (price_min, product_id) WHERE listed;
CREATE INDEX search_document_by_category ON search_document (category_id, product_id) WHERE listed;
CREATE INDEX search_document_by_seller ON search_document (seller_id, product_id) WHERE listed;

-- Words that occur somewhere: what a mistyped word may have meant.
CREATE TABLE search_word (
    word text PRIMARY KEY,
    stem text NOT NULL
);
CREATE INDEX search_word_by_stem ON search_word (stem);
CREATE INDEX search_word_by_likeness ON search_word USING gist (word gist_trgm_ops);
