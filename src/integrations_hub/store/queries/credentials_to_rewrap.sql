-- The next credentials that are sealed under an old key that is known; somebody else's are passed over. For the service.
select c.organization_id, c.integration_id, c.ciphertext, c.nonce, c.wrapped_key, c.wrapped_key_nonce, c.key_id
  from private.integration_credentials c
 where c.key_id = any (%(known)s)
   and c.key_id <> %(primary)s
   and (c.organization_id, c.integration_id) > (%(after_organization)s::uuid, %(after_integration)s::uuid)
 order by c.organization_id, c.integration_id
 limit %(limit)s
   for update of c skip locked
