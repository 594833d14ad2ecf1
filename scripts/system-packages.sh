#!/usr/bin/env bash
# Installs what the tests need of the system (Chromium and fonts for the browser tests, Pango for packs as PDF, PostgreSQL for the
# database tests, Java for Spark) where this runs as root on Debian. Elsewhere the suites that need them are skipped, saying so.
set -uo pipefail
need=()
command -v chromium >/dev/null || need+=(chromium fonts-liberation)
libraries=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null)
[[ $libraries == *libpangoft2-1.0.so.0* ]] || need+=(libpango-1.0-0 libpangoft2-1.0-0)
[[ $libraries == *libharfbuzz-subset.so.0* ]] || need+=(libharfbuzz-subset0)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql)
command -v java >/dev/null || need+=(openjdk-17-jre-headless)
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "NOTE: not installing ${need[*]}: not root on Debian. The suites that need them are skipped (under CI they fail)." >&2
  exit 0
fi
echo "Installing ${need[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
