#!/bin/sh
# Makes the secrets of compose.yaml, once. Only you can enter their directory; each container is given its own,
# whatever number the user in it has, so the files themselves can be read.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir secrets
cd secrets
for name in postgres hub synapse; do
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "${name}_password"
done
printf 'postgresql://hub:%s@postgres/hub\n' "$(cat hub_password)" > hub_database_url
cat > synapse_database.yaml << END
database:
  name: psycopg2
  args: {host: postgres, user: synapse, password: $(cat synapse_password), dbname: synapse, cp_min: 5, cp_max: 10}
END
chmod 0444 ./*
