-- Why the staff has taken a product from sale; the seller's own wish (published) stays as it is.
ALTER TABLE product ADD COLUMN withdrawn text;
-- The staff looks through the products of all sellers, from new to old.
CREATE INDEX product_newest ON product (product_id);
