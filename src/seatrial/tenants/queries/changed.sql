-- A row as JSON, with some of its values replaced.
SELECT ({content}::jsonb || {changes}::jsonb)::text
