-- Runs with the rights of the caller: the policies decide.
CREATE OR REPLACE FUNCTION public.move_deal(p_deal uuid, p_stage public.deal_stage)
RETURNS void
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
  UPDATE public.deals SET stage = p_stage WHERE id = p_deal;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no such deal' USING ERRCODE = 'P0002';
  END IF;
END;
$$;
