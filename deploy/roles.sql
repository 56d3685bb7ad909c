-- The database roles of the running portal. Run it as the owner of the tables, after each `manage.py migrate`:
--     psql --set ON_ERROR_STOP=1 --file deploy/roles.sql "$OWNER_URL"
-- It can run again and again. Set the passwords once: \password portal_app, and so on.
--
-- portal_app is the role of the web processes. portal_clock (worker, beat, run_clock, tick) and portal_command (all
-- other commands) have its privileges and longer time limits. Migrate as the owner.
--
-- The time limits are those of README.md. A role keeps them behind a pooler, where the portal cannot set them
-- (DATABASE_POOLER=1); on a direct connection the portal's variables win.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['portal_app', 'portal_clock', 'portal_command'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO portal_app;
REVOKE UPDATE, DELETE ON accounts_operationlogentry FROM portal_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM portal_app;
GRANT portal_app TO portal_clock, portal_command;

ALTER ROLE portal_app SET lock_timeout = '3s';
ALTER ROLE portal_app SET statement_timeout = '15s';
ALTER ROLE portal_clock SET lock_timeout = '5s';
ALTER ROLE portal_clock SET statement_timeout = '60s';
ALTER ROLE portal_command SET lock_timeout = '30s';
ALTER ROLE portal_command SET statement_timeout = '900s';
