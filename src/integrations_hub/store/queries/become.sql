-- From here to the end of the transaction the database sees the caller's role and claims.
select pg_catalog.set_config('role', %(role)s, true),
       pg_catalog.set_config('request.jwt.claims', %(claims)s, true)
