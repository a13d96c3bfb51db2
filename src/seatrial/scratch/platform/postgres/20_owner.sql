-- The deploying role may create everything in its database: schemas, objects in public, trusted
-- extensions. A clone of a template does not inherit its owner, so clones are made with OWNER postgres.
do $database$
begin
    execute format('alter database %I owner to postgres', current_database());
end
$database$;
