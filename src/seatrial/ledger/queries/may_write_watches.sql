-- Whether this role may write watches down; not where the tables could not be made.
SELECT coalesce(
  has_table_privilege(to_regclass('seatrial.watches'), 'INSERT, UPDATE')
  AND has_table_privilege(to_regclass('seatrial.watch_entries'), 'INSERT'), false) AS may;
