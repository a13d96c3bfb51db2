-- How many parent rows there are for each value that other columns determine.
{alias} AS MATERIALIZED (SELECT {names}, count(*) AS "#c" FROM {source} GROUP BY {names})
