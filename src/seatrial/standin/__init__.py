"""A stand-in for a target: its schema, roles, ledger and statistics on a scratch, without a row of its data.

`read` takes a picture in one short transaction that reads catalogs only; `lay` makes it again on a scratch; `baseline`
writes it as the first migration of a folder.
"""
