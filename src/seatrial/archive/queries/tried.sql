-- For whatever reason the statement would be refused, it is refused now; nothing of it remains.
DO $seatrial$
BEGIN
  EXECUTE :'statement';
  RAISE EXCEPTION USING ERRCODE = 'ST001';
EXCEPTION
  WHEN SQLSTATE 'ST001' THEN NULL;
END
$seatrial$;
