#!/bin/sh
# Makes the folders with the programs that judge: make.sh DIR [RELEASE…]. What is there already stays.
# Each is a Debian release with skopeo, cosign (where the release has it) and gpg, unpacked and not set up, so that
# `chroot DIR/RELEASE skopeo …` runs. A folder has a file PACKAGES; one without is not finished and nobody reads it.
set -eu

[ $# -ge 1 ] || { echo "use: $0 DIR [RELEASE…]" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[ $# -ge 1 ] || set -- bookworm trixie sid

[ "$(id -u)" = 0 ] || { echo "$0: only root may make and use these folders" >&2; exit 1; }
for program in mmdebstrap apt-get chroot; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || { echo "$0: $program is not installed" >&2; exit 1; }
done

# From where this machine itself takes Debian, whatever that is.
mirror=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Identifier: Packages' |
  sed -n 's/^Debian|Debian|//p' | head -n 1)
[ -n "$mirror" ] || { echo "$0: apt knows no Debian archive here (apt-get update?)" >&2; exit 1; }

make_release() {
  release=$1
  unfinished=$(mktemp -d "$folder/.$release.XXXXXX")
  packages=skopeo,gpg,gpgconf,gpg-agent,ca-certificates
  # bookworm has no cosign.
  [ "$release" = bookworm ] || packages=$packages,cosign
  # "extract" runs no package's scripts: nothing is set up, and it takes half the time. One of those scripts would have
  # made the links of a merged /usr. A snapshot's "valid until" may be over.
  if timeout --kill-after=5 300 mmdebstrap --quiet --variant=extract --include="$packages" \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --setup-hook='for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done' \
    --extract-hook='ls "$1/var/cache/apt/archives" >"$1/.packages"' \
    "$release" "$unfinished/root" "$mirror" >"$unfinished/log" 2>&1 &&
    chroot "$unfinished/root" /usr/bin/skopeo --version >/dev/null
  then
    # One step: who looks meanwhile sees no folder or a whole one. Another may have been quicker.
    mv "$unfinished/root/.packages" "$unfinished/root/PACKAGES"
    mv -T "$unfinished/root" "$folder/$release" 2>/dev/null || [ -f "$folder/$release/PACKAGES" ]
    rm -rf "$unfinished"
  else
    echo "$0: $release cannot be made:" >&2
    tail -n 20 "$unfinished/log" >&2
    rm -rf "$unfinished"
    return 1
  fi
}

# All at once: they wait for the mirror more than for the processor.
running=
for release; do
  [ -f "$folder/$release/PACKAGES" ] && continue
  make_release "$release" &
  running="$running $!"
done
failed=0
for process in $running; do wait "$process" || failed=1; done
# Copies that a broken-off run left behind.
find "$folder/hosts" -mindepth 1 -maxdepth 1 -mmin +600 -exec rm -rf {} + 2>/dev/null || true
exit $failed
