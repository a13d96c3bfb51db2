-- The same signature, another body.
CREATE OR REPLACE FUNCTION public.deal_value(p_deal uuid)
RETURNS integer
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
  SELECT coalesce(d.amount, 0) FROM public.deals d WHERE d.id = p_deal;
$function$;
