#!/bin/sh
# large.sh DEST [NAME]...: builds large programs in DEST/NAME, by build systems of their own, to bitcode with debug
# information and natively from that same bitcode. There are redis and python. What is built already is not built again.
#
# Sources are those of Debian's packages. DEST/NAME.log is what the build of NAME said.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# != 0 ] || set -- redis python

# The linker writes the whole program's bitcode and does not optimise it again.
to_bitcode='-Wl,--lto-emit-llvm -Wl,--lto-O0'

# native BITCODE PROGRAM FLAGS...: the program from bitcode, compiled as orcast does: without optimising it again.
native() {
	from=$1 to=$2
	shift 2
	clang-22 -O2 -Xclang -disable-llvm-passes -x ir "$from" -o "$to" "$@"
}

# build_redis leaves redis-server.bc and redis-server, with jemalloc as upstream has it.
build_redis() {
	make -C src -j "$(nproc)" redis-server V=1 CC=clang-22 AR=llvm-ar-22 RANLIB=llvm-ranlib-22 \
		PYTHON= PKG_CONFIG=false CFLAGS=-flto LDFLAGS='-flto -fuse-ld=lld' REDIS_LDFLAGS="$to_bitcode" &&
		mv src/redis-server redis-server.bc &&
		native redis-server.bc redis-server -rdynamic -lm -ldl -pthread -lrt
}

# build_python leaves python.bc, python from that bitcode, and the library around them, which Python finds by the place
# of its executable. Extension modules, which are compiled with the same flags, are linked to native code. The programs
# that the build itself runs are linked in haste.
build_python() {
	link='clang-22 -flto -fuse-ld=lld'
	./configure CC=clang-22 AR=llvm-ar-22 RANLIB=llvm-ranlib-22 CFLAGS=-w OPT='-g -O2' &&
		make -j "$(nproc)" EXTRA_CFLAGS=-flto BLDSHARED="$link -shared" \
			LINKCC="$link -Wl,--lto-O0 -Wl,--lto-CGO0" all &&
		make EXTRA_CFLAGS=-flto LINKCC="$link $to_bitcode" BUILDPYTHON=python.bc python.bc &&
		native python.bc python -rdynamic -lm -ldl -pthread -lutil
}

for name in "$@"; do
	tree=$out/$name
	[ ! -e "$tree/built" ] || continue
	case $name in
	redis) package=redis ;;
	python) package=python3.11 ;;
	*) echo "large.sh: there is no $name" >&2 && exit 2 ;;
	esac
	"$root/scripts/fetch-debian-source.sh" "$package" "$tree"
	echo "building $name to bitcode" >&2
	(cd "$tree" && "build_$name" && touch built) >"$tree.log" 2>&1 || { tail -n 20 "$tree.log" >&2; exit 1; }
done
