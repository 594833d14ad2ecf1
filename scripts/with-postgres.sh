#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, thrown away afterwards: scripts/with-postgres.sh COMMAND [ARG ...]
# Where PostgreSQL is not installed the command is skipped, saying so; under CI that is a failure.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ]; then
  echo "SKIPPED: the PostgreSQL tests, for want of PostgreSQL (make system installs it as root on Debian)" >&2
  [ -z "${CI:-}" ] && exit 0 || exit 1
fi
place=$(mktemp -d)
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(runuser -u postgres --)
  chown postgres "$place"
fi
stop() { "${as[@]}" "$bin/pg_ctl" -D "$place/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$place"; }
trap stop EXIT
(
  cd "$place"
  "${as[@]}" "$bin/initdb" -D "$place/data" -U clockstop --auth=trust -E UTF8 >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$place/data" -o "-c listen_addresses='' -k $place -c fsync=off" -l "$place/log" -w start >/dev/null
  "${as[@]}" "$bin/createdb" -h "$place" -U clockstop clockstop
)
chmod 755 "$place"
CLOCKSTOP_DATABASE="postgresql://clockstop@/clockstop?host=$place" "$@"
