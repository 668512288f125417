-- Reviews lie with their product, whose gene their ids carry.
CREATE TABLE review (
    shard      smallint    NOT NULL,
    product_id bigint      NOT NULL,
    review_id  bigint      NOT NULL,
    buyer_id   bigint      NOT NULL,
    order_id   bigint      NOT NULL,
    line_no    int         NOT NULL,
    sku_id     bigint      NOT NULL,
    rating     smallint    NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title      text,
    text       text,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, product_id, review_id),
    UNIQUE (shard, product_id, order_id, line_no)
);
CREATE INDEX review_of_buyer ON review (shard, product_id, buyer_id);

-- How many of each rating; changed in the transaction of the review.
CREATE TABLE review_summary (
    shard      smallint NOT NULL,
    product_id bigint   NOT NULL,
    ones       bigint   NOT NULL DEFAULT 0,
    twos       bigint   NOT NULL DEFAULT 0,
    threes     bigint   NOT NULL DEFAULT 0,
    fours      bigint   NOT NULL DEFAULT 0,
    fives      bigint   NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, product_id)
);
