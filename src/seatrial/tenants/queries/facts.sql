-- What there is besides tables: roles, and the functions by which a token is read.
SELECT
  ARRAY(SELECT rolname::text FROM pg_roles) AS roles,
  to_regprocedure('auth.uid()') IS NOT NULL OR to_regprocedure('auth.jwt()') IS NOT NULL AS tokens
