-- Changes of columns that PostgreSQL 18 knows.

-- NOT NULL that is not validated
ALTER TABLE app.contacts ADD CONSTRAINT later NOT NULL note NOT VALID;

-- NOT NULL that was not validated is
ALTER TABLE app.new_things ALTER pending SET NOT NULL;

-- NOT NULL that was not validated is not there
ALTER TABLE app.new_things ALTER pending DROP NOT NULL;

-- NOT NULL that was validated is not
ALTER TABLE app.contacts ALTER email DROP NOT NULL;
ALTER TABLE app.contacts ADD NOT NULL email NOT VALID;

-- other expression
ALTER TABLE app.contacts ALTER double_visits SET EXPRESSION AS (visits * 3);

-- other expression of a virtual one
ALTER TABLE app.new_things ALTER area SET EXPRESSION AS (width * 7);

-- identity of partitions
ALTER TABLE app.numbered_parts ALTER id DROP IDENTITY;
