#!/bin/sh
# workloads.sh [NAME...]: builds real programs to bitcode, as .build/workloads/NAME.bc, and natively from that same
# bitcode, as NAME.native. Without names it builds all of them. What is there already is not built again, unless its
# source in scripts/workloads is newer.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/.build/workloads
src=$root/.build/src
mkdir -p "$out" "$src"

source_of() { # the source tree of a Debian package, fetched once
	[ -d "$src/$1" ] || "$root/scripts/fetch-debian-source.sh" "$1" "$src/$1"
}

# bitcode NAME COMPILER FLAGS... -- SOURCE...: one module from all sources.
bitcode() {
	name=$1 compiler=$2
	shift 2
	flags=
	while [ "$1" != -- ]; do flags="$flags $1" && shift; done
	shift
	parts=$out/$name.parts
	rm -rf "$parts"
	mkdir "$parts"
	for source in "$@"; do
		# shellcheck disable=SC2086 # $flags is a list.
		"$compiler" -O2 -emit-llvm -c $flags "$source" -o "$parts/$(basename "$source").bc"
	done
	llvm-link-22 "$parts"/*.bc -o "$out/$name.bc.tmp"
	rm -r "$parts"
}

# native NAME COMPILER LIBRARY...: the program from NAME's bitcode; the bitcode appears last, when all is well.
native() {
	name=$1 compiler=$2
	shift 2
	"$compiler" -O2 -Xclang -disable-llvm-passes -x ir "$out/$name.bc.tmp" -o "$out/$name.native" "$@"
	mv "$out/$name.bc.tmp" "$out/$name.bc"
}

amalgamation() { # sqlite3.c and shell.c out of SQLite's tree
	source_of sqlite3
	[ -e "$src/sqlite3/build/done" ] && return
	mkdir -p "$src/sqlite3/build"
	(cd "$src/sqlite3/build" && ../configure --disable-readline && make sqlite3.c shell.c && touch done) \
		>"$src/sqlite3.log" 2>&1 || { tail -n 20 "$src/sqlite3.log" >&2; exit 1; }
}

build_speedtest1() {
	amalgamation
	bitcode speedtest1 clang-22 -I"$src/sqlite3/build" -- "$src/sqlite3/build/sqlite3.c" "$src/sqlite3/test/speedtest1.c"
	native speedtest1 clang-22 -lpthread -ldl -lm
}

build_sqlite3() {
	amalgamation
	bitcode sqlite3 clang-22 -I"$src/sqlite3/build" -- "$src/sqlite3/build/sqlite3.c" "$src/sqlite3/build/shell.c"
	native sqlite3 clang-22 -lpthread -ldl -lm
}

build_lua() {
	source_of lua5.4
	# luac.c is another program's main.
	bitcode lua clang-22 -DLUA_USE_LINUX -- $(ls "$src"/lua5.4/src/*.c | grep -v /luac.c)
	native lua clang-22 -ldl -lm
}

build_bzip2() {
	source_of bzip2
	cd "$src/bzip2"
	bitcode bzip2 clang-22 -D_FILE_OFFSET_BITS=64 -- \
		blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c bzip2.c
	native bzip2 clang-22
	cd "$root"
}

build_cxx() {
	bitcode cxx clang++-22 -std=c++17 -pthread -- "$root/scripts/workloads/cxx.cpp"
	native cxx clang++-22 -pthread
}

build_hello() {
	bitcode hello clang-22 -- "$root/scripts/workloads/hello.c"
	native hello clang-22
}

[ $# -gt 0 ] || set -- speedtest1 sqlite3 lua bzip2 cxx hello
for workload in "$@"; do
	if [ -e "$out/$workload.bc" ] &&
		[ -z "$(find "$root/scripts/workloads" -name "$workload.*" -newer "$out/$workload.bc")" ]; then
		continue
	fi
	echo "building $workload to bitcode" >&2
	"build_$workload"
done
