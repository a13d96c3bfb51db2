-- Puts the data key of an integration's credentials under another key; the secret stays as it is. For the service.
update private.integration_credentials c
   set wrapped_key = %(wrapped_key)s, wrapped_key_nonce = %(wrapped_key_nonce)s, key_id = %(key_id)s, rotated_at = now()
 where c.organization_id = %(organization_id)s and c.integration_id = %(integration_id)s
