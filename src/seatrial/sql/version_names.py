"""Functions, settings, roles, catalogs and options by the PostgreSQL version that brought, or dropped, them.

Source: `pg_proc`, `pg_settings`, `pg_roles` and `pg_class` of servers 15 to 18, compared with one another.
"""

from __future__ import annotations

__all__ = ["BUILT_IN", "CATALOGS", "DROPPED_SETTINGS", "FUNCTIONS", "OPTIONS", "ROLES", "SETTINGS"]


def _since(**names: str) -> dict[str, int]:
    """Words of each version, as `v16="…"`, by name."""
    return {name: int(version[1:]) for version, text in names.items() for name in text.split()}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = _since(
    v16="any_value array_sample array_shuffle date_add date_subtract erf erfc pg_input_error_info pg_input_is_valid"
    " pg_log_standby_snapshot pg_split_walfile_name pg_stat_get_io random_normal system_user",
    v17="icu_unicode_version jsonb_populate_record_valid pg_available_wal_summaries pg_basetype"
    " pg_column_toast_chunk_id pg_get_wait_events pg_sync_replication_slots pg_wal_summary_contents to_bin to_oct"
    " to_regtypemod unicode_assigned unicode_version uuid_extract_timestamp uuid_extract_version xmltext",
    v18="array_reverse array_sort casefold crc32 crc32c gamma has_largeobject_privilege lgamma pg_clear_attribute_stats"
    " pg_clear_relation_stats pg_get_acl pg_get_aios pg_get_loaded_modules pg_get_sequence_data pg_ls_summariesdir"
    " pg_restore_attribute_stats pg_restore_relation_stats pg_stat_get_backend_io pg_stat_reset_backend_stats"
    " uuidv4 uuidv7",
)
SETTINGS = _since(
    v16="createrole_self_grant debug_parallel_query enable_presorted_aggregate gss_accept_delegation"
    " icu_validation_level reserved_connections scram_iterations vacuum_buffer_usage_limit",
    v17="allow_alter_system enable_group_by_reordering event_triggers io_combine_limit summarize_wal"
    " sync_replication_slots transaction_timeout",
    v18="autovacuum_vacuum_max_threshold enable_distinct_reordering enable_self_join_elimination file_copy_method"
    " idle_replication_slot_timeout io_max_combine_limit io_max_concurrency io_method io_workers log_lock_failures"
    " md5_password_warnings track_cost_delay_timing vacuum_max_eager_freeze_failure_rate vacuum_truncate",
)
DROPPED_SETTINGS = _since(
    v16="force_parallel_mode promote_trigger_file vacuum_defer_cleanup_age",
    v17="db_user_namespace old_snapshot_threshold trace_recovery_messages",
)
ROLES = _since(
    v16="pg_create_subscription pg_use_reserved_connections", v17="pg_maintain", v18="pg_signal_autovacuum_worker"
)
CATALOGS = _since(v16="pg_stat_io", v17="pg_stat_checkpointer pg_wait_events", v18="pg_aios pg_shmem_allocations_numa")
#: Options in parentheses, by the statement that takes them.
OPTIONS = {
    "CopyStmt": _since(v16="default", v17="on_error log_verbosity", v18="reject_limit"),
    "ExplainStmt": _since(v16="generic_plan", v17="memory serialize"),
    "VacuumStmt": _since(v16="skip_database_stats only_database_stats process_main buffer_usage_limit"),
    "GrantRoleStmt": _since(v16="inherit set"),
    "DefineStmt": _since(v16="rules"),
    "CreateSubscriptionStmt": _since(v16="origin password_required run_as_owner", v17="failover"),
    "CreatePublicationStmt": _since(v18="publish_generated_columns"),
}
#: Functions of every server, as far as they are met in index expressions and views.
BUILT_IN = _words(
    "abs acos age array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims "
    "array_position array_positions array_prepend array_remove array_replace array_to_json array_to_string "
    "array_to_tsvector array_upper ascii avg bit_length bool_and bool_or btrim cardinality ceil ceiling "
    "char_length character_length chr clock_timestamp concat concat_ws convert_from convert_to cos count "
    "current_database current_schema current_setting date date_bin date_part date_trunc daterange decode "
    "dense_rank div encode enum_range every exp extract first_value float8 floor format gen_random_uuid "
    "generate_series generate_subscripts get_bit get_byte hashtext host initcap int4 int4range int8 int8range "
    "isempty isfinite json_agg json_array_elements json_array_elements_text json_array_length json_build_array "
    "json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object "
    "json_object_agg json_object_keys json_populate_record json_strip_nulls json_typeof jsonb_agg "
    "jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object "
    "jsonb_each jsonb_each_text jsonb_exists jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object "
    "jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_query jsonb_path_query_array "
    "jsonb_path_query_first jsonb_populate_record jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record "
    "jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours justify_interval lag last_value "
    "lead left length ln log lower lower_inc lower_inf lpad ltrim make_date make_interval make_time "
    "make_timestamp make_timestamptz masklen max md5 min mod mode multirange network normalize now nth_value "
    "ntile num_nonnulls num_nulls numeric numeric_sqrt numnode numrange octet_length overlay parse_ident "
    "percent_rank percentile_cont percentile_disc pg_column_size pg_typeof phraseto_tsquery pi plainto_tsquery "
    "position power quote_ident quote_literal quote_nullable radians random range_agg range_merge rank "
    "regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array "
    "regexp_split_to_table regexp_substr repeat replace reverse right round row_number row_to_json rpad rtrim "
    "set_bit setweight sha224 sha256 sha384 sha512 sign sin split_part sqrt starts_with statement_timestamp "
    "stddev string_agg string_to_array string_to_table strip strpos substr substring sum tan text timestamp "
    "timestamptz timezone to_ascii to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery "
    "to_tsvector transaction_timestamp translate trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd "
    "tsrange tstzrange tsvector_to_array unnest upper upper_inc upper_inf uuid_send variance websearch_to_tsquery "
    "width_bucket xmlcomment xpath "
)
