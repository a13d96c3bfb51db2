-- The schemas in which whoever asks finds names, as SET search_path takes them.
SELECT coalesce(string_agg(quote_ident(name), ', ' ORDER BY place), '') AS path
FROM unnest(current_schemas(false)) WITH ORDINALITY AS t (name, place)
