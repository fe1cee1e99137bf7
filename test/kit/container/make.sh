#!/bin/sh
# Makes a folder with the container image and a podman that starts it: make.sh DIR. As root.
# The image is that of deploy/Containerfile as it stands, on a stand-in for docker.io/library/node:24-bookworm-slim:
# Debian's packages of that image which are needed, the Node.js of the npm package `node`, and this machine's npm.
# DIR/IMAGE is written last and names the image; a folder without it is not finished and nobody reads it.
set -eu

[ $# = 1 ] || { echo "use: $0 DIR" >&2; exit 2; }
sources=$(cd "$(dirname "$0")/../../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

[ "$(id -u)" = 0 ] || { echo "$0: only root may make it" >&2; exit 1; }
for program in podman runc mmdebstrap apt-get npm; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || { echo "$0: $program is not installed" >&2; exit 1; }
done
node=$sources/node_modules/node/bin/node
[ -x "$node" ] || { echo "$0: there is no $node: run npm ci" >&2; exit 1; }
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
[ -d "$npm/node_modules" ] || { echo "$0: $npm is no npm that can be copied: its packages lie elsewhere" >&2; exit 1; }

rm -f "$folder/IMAGE"
mkdir -p "$folder/tmp"
"$node" --input-type=module - "$sources/test/kit/container/podman-settings.ts" "$folder" <<'END'
const { writePodmanSettings } = await import(process.argv[2]);
writePodmanSettings(process.argv[3]);
END
export CONTAINERS_CONF="$folder/containers.conf" CONTAINERS_STORAGE_CONF="$folder/storage.conf" TMPDIR="$folder/tmp"

# From where this machine itself takes Debian, whatever that is.
mirror=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Identifier: Packages' |
  sed -n 's/^Debian|Debian|//p' | head -n 1)
[ -n "$mirror" ] || { echo "$0: apt knows no Debian archive here (apt-get update?)" >&2; exit 1; }

start=$(date +%s)
took() { echo "$1: $(($(date +%s) - start)) s"; start=$(date +%s); }

# What npm's own image has beside Debian.
added=$folder/tmp/added
rm -rf "$added"
mkdir -p "$added/usr/local/bin" "$added/usr/local/etc" "$added/usr/local/lib/node_modules" "$added/etc" "$added/home/node"
cp "$node" "$added/usr/local/bin/node"
cp -R "$npm" "$added/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$added/usr/local/bin/npm"
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'node:x:1000:1000::/home/node:/bin/sh' >"$added/etc/passwd"
printf '%s\n' 'root:x:0:' 'node:x:1000:' >"$added/etc/group"
chown 1000:1000 "$added/home/node"

# "extract" runs no package's scripts: nothing is set up. One of those would have made the links of a merged /usr.
timeout --kill-after=5 300 mmdebstrap --quiet --variant=extract \
  --include=base-files,coreutils,dash,libc-bin,libstdc++6,util-linux \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --setup-hook='for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done' \
  --extract-hook="cp -a '$added/.' \"\$1\"" \
  bookworm "$folder/tmp/base.tar" "$mirror" >"$folder/tmp/base.log" 2>&1 ||
  { echo "$0: the base cannot be made:" >&2; tail -n 20 "$folder/tmp/base.log" >&2; exit 1; }
podman import --quiet "$folder/tmp/base.tar" localhost/node:24-stand-in >/dev/null
rm -rf "$added" "$folder/tmp/base.tar"
took "the stand-in for node:24-bookworm-slim"

# npm asks in there as it asks here: its registry, certificates, proxy and cache, and the user's own settings.
setting() { (cd / && npm config get "$1" 2>/dev/null | sed '/^\(null\|undefined\)$/d'); }
settings=$folder/tmp/npmrc
ca=$(setting cafile)
ca=${ca:-${NODE_EXTRA_CA_CERTS:-}}
cache=$(setting cache)
user=$(setting userconfig)
{
  for name in registry proxy https-proxy noproxy strict-ssl; do
    value=$(setting "$name")
    [ -z "$value" ] || echo "$name=$value"
  done
  [ -z "$ca" ] || echo "cafile=$ca"
  [ -z "$cache" ] || echo "cache=$cache"
  echo "prefer-offline=true"
} >"$settings"
set -- --volume "$settings:/usr/local/etc/npmrc:ro"
[ ! -f "$user" ] || set -- "$@" --volume "$user:/root/.npmrc:ro"
[ ! -f "$ca" ] || set -- "$@" --volume "$ca:$ca:ro"
# O: what is written into it is thrown away.
[ ! -d "$cache" ] || set -- "$@" --volume "$cache:$cache:O"

# Without layers for a next time, and two stages at once: half the time.
timeout --kill-after=5 900 podman build --layers=false --jobs=2 --format docker --network host \
  --build-arg NODE_IMAGE=localhost/node:24-stand-in "$@" \
  -f "$sources/deploy/Containerfile" -t localhost/signalbox "$sources" >"$folder/tmp/build.log" 2>&1 ||
  { echo "$0: the image cannot be built:" >&2; tail -n 40 "$folder/tmp/build.log" >&2; exit 1; }
took "the image"
echo localhost/signalbox >"$folder/IMAGE"
