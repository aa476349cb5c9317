#!/bin/sh
# Restore a backup of Préau into an EMPTY database, all or nothing.
#
#   DATABASE_URL=postgresql://…/new_database restore.sh FOLDER/preau-<moment>.dump
#
# Stop web, workers and beat first. Photos come back too when PREAU_HOME is set and has none.
#   PG_BIN=folder    the PostgreSQL tools
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -ne 1 ] || [ ! -f "$1" ]; then
    echo "usage: DATABASE_URL=… $0 FOLDER/preau-….dump" >&2
    exit 2
fi
dump=$1
base=${dump%.dump}
settings=$("${PYTHON:-python3}" "$here/pgenv.py")
eval "$settings"
tool=${PG_BIN:+$PG_BIN/}

if ! (cd "$(dirname "$dump")" && sha256sum --quiet --check "$(basename "$base").sha256"); then
    echo "The backup is damaged or incomplete; nothing was restored." >&2
    exit 1
fi
tables=$("${tool}psql" -XAtc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
if [ "$tables" -ne 0 ]; then
    echo "The database $PGDATABASE is not empty ($tables tables); nothing was restored." >&2
    exit 1
fi
"${tool}pg_restore" --no-owner --no-privileges --exit-on-error --single-transaction \
    --dbname="$PGDATABASE" "$dump"
"${tool}psql" -Xqc 'ANALYZE'

if [ -n "${PREAU_HOME:-}" ] && [ -f "$base.media.tar" ] && [ ! -e "$PREAU_HOME/media" ]; then
    mkdir -p "$PREAU_HOME/media"
    tar -xf "$base.media.tar" -C "$PREAU_HOME/media"
fi
echo "Restored $dump into $PGDATABASE. Run: manage.py migrate --check"
