-- Parents of one and of several columns, shared columns, one to one, itself, a chain that nobody asked for, a cycle.
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE persons (tenant_id uuid NOT NULL REFERENCES tenants, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (tenant_id, id));
CREATE TABLE projects (
  tenant_id uuid NOT NULL REFERENCES tenants, id uuid NOT NULL UNIQUE, owner_id bigint NOT NULL,
  PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, owner_id) REFERENCES persons
);
CREATE TABLE tasks (
  tenant_id uuid NOT NULL REFERENCES tenants, id serial PRIMARY KEY, project_id uuid NOT NULL, person_id bigint NOT NULL,
  reviewer_id bigint, parent_id integer,
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
  FOREIGN KEY (project_id) REFERENCES projects (id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES persons (tenant_id, id),
  FOREIGN KEY (tenant_id, reviewer_id) REFERENCES persons (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES tasks (tenant_id, id)
);
CREATE TABLE members (tenant_id uuid, person_id bigint, project_id uuid, PRIMARY KEY (project_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES persons, FOREIGN KEY (tenant_id, project_id) REFERENCES projects,
  CHECK (tenant_id IS NOT NULL));
CREATE TABLE badges (person_tenant uuid, person_id bigint, PRIMARY KEY (person_tenant, person_id),
  FOREIGN KEY (person_tenant, person_id) REFERENCES persons MATCH FULL);
CREATE TABLE settings (tenant_id uuid REFERENCES tenants, name text CHECK (name IN ('a', 'b')), PRIMARY KEY (tenant_id, name));
CREATE TABLE categories (id text PRIMARY KEY, parent text NOT NULL REFERENCES categories);
CREATE TABLE nodes (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, up integer NOT NULL REFERENCES nodes, side integer REFERENCES nodes);
CREATE TABLE chickens (id serial PRIMARY KEY, egg_id integer);
CREATE TABLE eggs (id serial PRIMARY KEY, chicken_id integer NOT NULL REFERENCES chickens);
ALTER TABLE chickens ADD FOREIGN KEY (egg_id) REFERENCES eggs;
CREATE TABLE follows (follower uuid REFERENCES tenants, followed uuid REFERENCES tenants, PRIMARY KEY (follower, followed), CHECK (follower <> followed));
CREATE TABLE heads (id uuid PRIMARY KEY, team_id integer NOT NULL UNIQUE);
CREATE TABLE teams (id serial PRIMARY KEY, head_id uuid NOT NULL REFERENCES heads);
ALTER TABLE heads ADD FOREIGN KEY (team_id) REFERENCES teams DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE numbered_twice (id serial PRIMARY KEY REFERENCES teams);
CREATE TABLE deferred_pairs (
  team_id integer REFERENCES teams, side text CHECK (side IN ('home', 'away')), UNIQUE (team_id, side) DEFERRABLE
);
