#!/usr/bin/env bash
# Installs the servers and tools that tests use privately, and keeps the system's own services off. Quiet; needs root on Debian.
set -euo pipefail

# package             file it brings                                 service it would start
needed="
influxdb              /usr/bin/influxd                               influxdb
postgresql-15         /usr/lib/postgresql/15/bin/postgres            postgresql
chromium              /usr/bin/chromium                              -
fonts-wqy-microhei    /usr/share/fonts/truetype/wqy/wqy-microhei.ttc -
docker-compose        /usr/bin/docker-compose                        -
"

missing=() services=()
while read -r package file service; do
  if [ -n "$package" ] && [ ! -e "$file" ]; then
    missing+=("$package")
    [ "$service" = - ] || services+=("$service")
  fi
done <<<"$needed"
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || [ ! -e /etc/debian_version ]; then
  echo "The tests need these Debian packages: ${missing[*]}. Only root on Debian can install them by this script." >&2
  exit 1
fi

# One at a time; deb-systemd-invoke asks policy-rc.d, and 101 is "do not start" (invoke-rc.d(8)).
exec 9>/run/lock/anhu-install.lock
flock 9
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
restore() {
  rm -f "$policy" "$log"
  [ ! -e "$policy.before-anhu" ] || mv "$policy.before-anhu" "$policy"
}
trap restore EXIT
[ -e "$policy.before-anhu" ] || [ ! -e "$policy" ] || mv "$policy" "$policy.before-anhu"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
echo "installing for the tests: ${missing[*]}"
if ! { apt-get update -q && apt-get install -qy --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "Could not install ${missing[*]}." >&2
  exit 1
fi
# Nor at the next boot.
[ ${#services[@]} -eq 0 ] || ! command -v systemctl >/dev/null || systemctl disable --quiet "${services[@]}" 2>/dev/null || true
