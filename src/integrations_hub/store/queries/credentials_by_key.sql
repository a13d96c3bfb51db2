-- How many credentials are sealed under which key; for the service.
select c.key_id, count(*) as credentials from private.integration_credentials c group by c.key_id order by c.key_id
