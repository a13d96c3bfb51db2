-- Everything in it goes, tokens and helpers and the policies that use them.
drop schema private cascade; -- wrong: DST-03
