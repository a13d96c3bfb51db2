-- Where the extension is there; nothing is said about rows.
create function private.forget_old_jobs() returns void language plpgsql set search_path = '' as $$
begin
  delete from private.integration_tokens t where t.provider = 'retired';
end;
$$;
