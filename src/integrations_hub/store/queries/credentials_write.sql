-- Keeps what was sealed for an integration, in place of what was there; for the service.
insert into private.integration_credentials
       (organization_id, integration_id, ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id)
values (%(organization_id)s, %(integration_id)s, %(ciphertext)s, %(nonce)s, %(wrapped_key)s, %(wrapped_key_nonce)s,
        %(key_id)s)
    on conflict (organization_id, integration_id) do update
   set ciphertext = excluded.ciphertext, nonce = excluded.nonce, wrapped_key = excluded.wrapped_key,
       wrapped_key_nonce = excluded.wrapped_key_nonce, key_id = excluded.key_id
