#!/bin/sh
# Back up Préau: the database, and the photos of the tickets.
#
#   DATABASE_URL=postgresql://… backup.sh FOLDER
#
# Writes FOLDER/preau-<moment>.dump (pg_dump's custom format), .media.tar when PREAU_HOME/media
# exists, and .sha256. What is there is whole: files appear under their name when complete.
#
# Each run also writes the head of the journal to FOLDER/journal-heads.txt and to stderr.
#
#   KEEP=14              so many backups stay, the oldest go
#   WITHOUT_SAMPLES=1    leave the samples out: most of the size, none of the decisions
#   PG_BIN=folder        the PostgreSQL tools, of the server's version or later
#
# The key of the stored credentials (FIELD_KEY) is not in the database and not in the backup:
# keep it elsewhere. Without it, the SNMP credentials must be entered again.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -ne 1 ]; then
    echo "usage: DATABASE_URL=… $0 FOLDER" >&2
    exit 2
fi
folder=$1
settings=$("${PYTHON:-python3}" "$here/pgenv.py")
eval "$settings"

mkdir -p "$folder"
moment=$(date -u +%Y%m%dT%H%M%SZ)
base=$folder/preau-$moment
if [ -e "$base.dump" ]; then
    echo "$base.dump exists already: wait a second." >&2
    exit 1
fi
trap 'rm -f "$base.dump.part" "$base.media.tar.part" "$base.sha256.part"' EXIT

# The last seal of the journal, read before the dump, which therefore holds it. Kept where nobody of
# the database can write, it tells a journal written anew: manage.py verify_journal --head.
head=
if [ "$("${PG_BIN:+$PG_BIN/}psql" -XAtc "SELECT to_regclass('schools_auditseal') IS NOT NULL")" = t ]; then
    head=$("${PG_BIN:+$PG_BIN/}psql" -XAtc "SELECT sequence || ':' || digest
        FROM schools_auditseal ORDER BY sequence DESC LIMIT 1")
fi

set -- --format=custom --no-owner --no-privileges --lock-wait-timeout=60s
if [ "${WITHOUT_SAMPLES:-}" = 1 ]; then
    set -- "$@" --exclude-table-data='supervision_sample_*'
fi
"${PG_BIN:+$PG_BIN/}pg_dump" "$@" --file="$base.dump.part"

media=${PREAU_HOME:-.preau}/media
if [ -d "$media" ]; then
    # tar says 1 when a file came or went while it was read, as on a site in use. What it cannot
    # read is 2, and a fault.
    tar -cf "$base.media.tar.part" -C "$media" . || [ $? -eq 1 ]
    mv "$base.media.tar.part" "$base.media.tar"
fi
mv "$base.dump.part" "$base.dump"
# Computed before the file is made, or the pattern would catch it.
sums=$(cd "$folder" && sha256sum "preau-$moment".*)
echo "$sums" > "$base.sha256.part"
mv "$base.sha256.part" "$base.sha256"
if [ -n "$head" ]; then
    echo "$moment $head" >> "$folder/journal-heads.txt"
    echo "head of the journal: $head" >&2
fi

# The oldest go; names sort by time.
ls -1 "$folder" | grep '^preau-[0-9TZ]*\.sha256$' | sort -r | tail -n "+$((${KEEP:-14} + 1))" |
while read -r old; do
    rm -f "$folder/${old%.sha256}.dump" "$folder/${old%.sha256}.media.tar" "$folder/$old"
done
echo "$base.dump"
