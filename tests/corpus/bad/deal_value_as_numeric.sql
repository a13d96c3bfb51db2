-- A function cannot be replaced by one that returns another type.
CREATE OR REPLACE FUNCTION public.deal_value(p_deal uuid) -- wrong: EXE-05
RETURNS numeric
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
  SELECT d.amount::numeric FROM public.deals d WHERE d.id = p_deal;
$function$;
