-- The staff looks through the orders of all buyers, from new to old; those that came to nothing are not shown.
CREATE INDEX orders_newest ON orders (order_id) WHERE state NOT IN ('OPENED', 'REFUSED');
CREATE INDEX orders_by_state ON orders (state, order_id) WHERE state NOT IN ('OPENED', 'REFUSED');
