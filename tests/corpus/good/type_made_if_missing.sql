DO $$ BEGIN
  CREATE TYPE public.task_priority AS ENUM ('low', 'normal', 'high');
EXCEPTION
  WHEN duplicate_object THEN NULL;
END $$;

CREATE TABLE IF NOT EXISTS public.tasks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
  title text NOT NULL,
  priority public.task_priority NOT NULL DEFAULT 'normal',
  due_on date
);
CREATE INDEX IF NOT EXISTS tasks_by_due ON public.tasks (organization_id, due_on);
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tasks_of_members ON public.tasks;
CREATE POLICY tasks_of_members ON public.tasks FOR ALL TO authenticated
  USING (organization_id IN (SELECT private.my_organizations()))
  WITH CHECK (organization_id IN (SELECT private.my_organizations()));
