#!/bin/sh
# fetch-debian-source.sh NAME DEST: unpacks the upstream source of Debian's package NAME into the new directory DEST.
#
# apt gets a list of sources, indexes and a cache of its own under .build/apt: nothing of the system is edited, and
# root is not needed. apt checks Debian's signature and the hash of every file. The mirror is the system's own.
set -eu

[ $# = 2 ] || { echo "usage: $0 NAME DEST" >&2; exit 2; }
name=$1
dest=$2
apt=$(cd "$(dirname "$0")/.." && pwd)/.build/apt

run_apt() {
	apt-get -qq \
		-o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" \
		-o APT::Sandbox::User="$(id -un)" "$@"
}

if [ ! -e "$apt/ready" ]; then
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
		grep ' bookworm main$' | head -n 1)
	: "${mirror:=http://deb.debian.org/debian bookworm main}"
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror" >"$apt/sources.list"
	run_apt update
	touch "$apt/ready"
fi

echo "fetching the source of $name from Debian" >&2
rm -rf "$dest" "$dest.tmp"
mkdir -p "$dest.tmp"
(cd "$dest.tmp" && run_apt source --download-only --tar-only "$name")
mkdir "$dest.tmp/tree"
tar -xf "$(ls "$dest.tmp/${name}"_*.orig.tar.*[!c])" -C "$dest.tmp/tree" --strip-components=1
mv "$dest.tmp/tree" "$dest"
rm -rf "$dest.tmp"
