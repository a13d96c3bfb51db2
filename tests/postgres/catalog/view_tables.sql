-- What the queries of view_queries.sql read.
CREATE TYPE mood AS ENUM ('sad','ok');
CREATE TYPE addr AS (street text, city text);
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE TABLE orgs (id uuid primary key default gen_random_uuid(), name text, created_at timestamptz default now());
CREATE TABLE c (id uuid primary key, org_id uuid references orgs, email text, n int, m mood, a addr, tags text[], data jsonb, amount numeric(10,2), at timestamptz, d date, "Mixed Case" text, p posint);
CREATE TABLE d (id int generated always as identity primary key, c_id uuid references c, x int, y int);
CREATE FUNCTION uid () RETURNS uuid LANGUAGE sql STABLE AS 'select null::uuid';
CREATE FUNCTION rec () RETURNS TABLE(k int, v text) LANGUAGE sql AS 'select 1, ''a''';
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('x');
CREATE FUNCTION s.f (int) RETURNS int LANGUAGE sql AS 'select 1';
CREATE TABLE s.t (f int, mood s.mood, n int);
