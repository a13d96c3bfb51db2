-- "true" opens the rows of every organization to every signed-in user.
CREATE POLICY "Enable read access for all users" ON "public"."contacts"
AS PERMISSIVE FOR SELECT
TO authenticated
USING (true); -- wrong: ISO-06/ISO-11
