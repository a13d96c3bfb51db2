-- One line for each event trigger.
select format('%s on %s%s', evtname, evtevent, ' when ' || array_to_string(evttags, ' ')) from pg_event_trigger
