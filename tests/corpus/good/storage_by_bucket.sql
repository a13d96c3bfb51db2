-- The first folder of a path is the organization.
CREATE POLICY "Members read files of their organization"
ON storage.objects FOR SELECT TO authenticated
USING (
  bucket_id = 'attachments'
  AND (storage.foldername(name))[1] IN (SELECT o.id::text FROM private.my_organizations() AS o (id))
);
