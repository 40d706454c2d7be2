#!/bin/sh
# Run by PostgreSQL's image in a new volume: a user and a database each for the hub and for Synapse.
set -eu
for name in hub synapse; do
  psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=name="$name" --set=password="$(cat "${SECRETS:-/run/secrets}/${name}_password")" << 'END'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
END
done
