-- Never searched, only given back: text keeps the order of its keys and costs less to write than a parsed tree.
ALTER TABLE trade ALTER COLUMN address TYPE json USING address::json;
ALTER TABLE order_line ALTER COLUMN options TYPE json USING options::json;
-- An open trade is found by its id, which grows with time. The planner may use this index to find one trade among
-- the open ones, and by time that would be a walk over all that were open a moment ago.
DROP INDEX trade_open;
CREATE INDEX trade_open ON trade (trade_id) WHERE state IN ('OPENED', 'AWAITING_PAYMENT');
