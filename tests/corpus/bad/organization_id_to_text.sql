-- A column that a policy reads cannot get another type.
ALTER TABLE "public"."contacts" ALTER COLUMN "organization_id" TYPE text USING organization_id::text; -- wrong: EXE-13, LCK-15
