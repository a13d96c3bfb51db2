-- What is sealed for an integration; for the service.
select c.ciphertext, c.nonce, c.wrapped_key, c.wrapped_key_nonce, c.key_id, c.updated_at
  from private.integration_credentials c
 where c.organization_id = %(organization_id)s and c.integration_id = %(integration_id)s
