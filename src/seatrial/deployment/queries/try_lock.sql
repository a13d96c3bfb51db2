-- The key is the first eight bytes of sha256('seatrial deployment'), cut to 63 bits.
SELECT pg_try_advisory_lock(8201204479105001920) AS locked;
