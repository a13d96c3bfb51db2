-- All rows are read while nobody can use the table.
ALTER TABLE deals ADD CONSTRAINT deals_amount_positive CHECK (amount >= 0); -- wrong: LCK-09
