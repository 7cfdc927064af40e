#!/bin/sh
# setup.sh [test|large|bench]: makes sure that everything the build and the demo need is installed; with "test" also
# what makes programs for the tests, csmith and earlier clangs, and nginx; with "large" also what is too large to be
# installed for every test, Rust's compiler; with "bench" also what orcast is compared with.
#
# On Debian, as root or with sudo, missing packages are installed from Debian; elsewhere they are named.
# A call that finds nothing missing starts no package manager.
set -eu

# Each line: the package of Debian 12, and what shows that it is there, a file or a command.
needs='
llvm-22-dev    /usr/lib/llvm-22/lib/libLLVMCore.a
llvm-22        /usr/bin/lli-22
clang-22       /usr/bin/clang-22
lld-22         /usr/lib/llvm-22/bin/ld.lld
zlib1g-dev     /usr/include/zlib.h
libzstd-dev    /usr/include/zstd.h
g++            g++
make           make
xz-utils       xz
bzip2          bzip2
tcl            tclsh
'
purpose=${1-}
[ "$purpose" != bench ] || needs="$needs
libclang-rt-22-dev  /usr/lib/llvm-22/lib/clang/22/lib/linux/liborc_rt-x86_64.a
"
if [ "$purpose" = large ]; then
	purpose=test # and this besides
	needs="$needs
rustc-web      /usr/bin/rustc
"
fi
[ "$purpose" != test ] || needs="$needs
csmith         csmith
libcsmith-dev  /usr/include/csmith/csmith.h
clang-14       clang-14
clang-16       clang-16
clang-19       clang-19
libssl3        /usr/lib/x86_64-linux-gnu/libssl.so.3
libbz2-dev     /usr/include/bzlib.h
libgmp-dev     /usr/lib/x86_64-linux-gnu/libgmp.a
libpng-dev     /usr/include/png.h
libevent-dev   /usr/lib/x86_64-linux-gnu/libevent.a
libgc-dev      /usr/lib/x86_64-linux-gnu/libgc.a
libgcrypt20-dev  /usr/lib/x86_64-linux-gnu/libgcrypt.a
"

missing=$(echo "$needs" | while read -r package witness; do
	case $witness in
	'') ;;
	/*) [ -e "$witness" ] || echo "$package" ;;
	*) command -v "$witness" >/dev/null || echo "$package" ;;
	esac
done | tr '\n' ' ')
missing=${missing% }

# unpack_nginx: nginx is not installed, for then it would be started as a service, but unpacked where a test finds it.
unpack_nginx() {
	nginx=$(cd "$(dirname "$0")/.." && pwd)/.build/nginx
	if [ -x "$nginx/usr/sbin/nginx" ] || [ -x /usr/sbin/nginx ] || ! command -v apt-get >/dev/null; then return; fi
	echo "setup: unpacking nginx from Debian" >&2
	rm -rf "$nginx.tmp"
	mkdir -p "$nginx.tmp"
	(cd "$nginx.tmp" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" nginx &&
		dpkg-deb -x nginx_*.deb . && rm nginx_*.deb) ||
		{ echo "setup: that failed; the test with nginx will be skipped" >&2 && return; }
	rm -rf "$nginx"
	mv "$nginx.tmp" "$nginx"
}

if [ -z "$missing" ]; then
	[ "$purpose" != test ] || unpack_nginx
	exit 0
fi

give_up() {
	echo "setup: $1" >&2
	echo "setup: these Debian packages, or what they hold, are missing: $missing" >&2
	echo "setup: for an LLVM 22 of another place see 'Another LLVM' in README.md" >&2
	exit 1
}

command -v apt-get >/dev/null || give_up "this is no Debian: nothing can be installed automatically"
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || give_up "packages cannot be installed without root or sudo"
	sudo=sudo
fi

echo "setup: installing from Debian: $missing" >&2
# shellcheck disable=SC2086 # $missing is a list of packages.
if ! apt-get install --simulate $missing >/dev/null 2>&1; then
	echo "setup: apt does not know all of them yet: apt-get update" >&2
	$sudo apt-get update -qq || give_up "apt-get update failed"
fi
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
	give_up "apt-get install failed"
[ "$purpose" != test ] || unpack_nginx
