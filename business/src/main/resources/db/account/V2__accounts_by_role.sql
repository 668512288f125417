-- The staff looks for people by what they may do; nearly everybody is a buyer, and needs no index.
CREATE INDEX account_sellers ON account (account_id) WHERE 'SELLER' = ANY (roles);
CREATE INDEX account_support ON account (account_id) WHERE 'SUPPORT' = ANY (roles);
