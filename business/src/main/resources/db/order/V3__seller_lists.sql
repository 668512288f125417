-- What is to be shipped is a small part of what was sold.
CREATE INDEX seller_order_by_state ON seller_order (shard, seller_id, state, order_id);
