"""Throwaway PostgreSQL servers: found, started in a moment, given a platform, gone without a trace."""
