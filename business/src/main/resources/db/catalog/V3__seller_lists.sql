-- A seller's own list: by title, published or not, sold out or not.

-- Inventory decides what is left; this is a note of it, null until somebody has looked. Of two who looked, the one
-- with the higher ticket saw more.
ALTER TABLE product ADD COLUMN sold_out boolean;
ALTER TABLE product ADD COLUMN stock_seen bigint NOT NULL DEFAULT 0;
CREATE INDEX product_stock_unseen ON product (created_at) WHERE sold_out IS NULL;

-- The title is in the indexes, so that looking for words reads no row that does not have them.
DROP INDEX product_of_seller;
CREATE INDEX product_of_seller ON product (shard, seller_id, product_id) INCLUDE (title);
CREATE INDEX product_by_state ON product (shard, seller_id, published, product_id) INCLUDE (title);
CREATE INDEX product_sold_out ON product (shard, seller_id, product_id) INCLUDE (title) WHERE published AND sold_out;
