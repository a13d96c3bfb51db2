-- One line for each publication.
select format('%s owned by %s: %s', pubname, pubowner::regrole, concat_ws(' ',
    case when puballtables then 'all tables' end, case when pubinsert then 'insert' end,
    case when pubupdate then 'update' end, case when pubdelete then 'delete' end,
    case when pubtruncate then 'truncate' end))
from pg_publication
