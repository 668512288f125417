-- A seller's refunds from new to old.
CREATE INDEX insight_refund_of_seller ON insight_refund (shard, seller_id, refund_id);
