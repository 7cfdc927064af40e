#!/bin/sh
# workloads.sh [all|NAME...]: builds real programs to bitcode, as .build/workloads/NAME.bc, and natively from that same
# bitcode, as NAME.native. NAME.thin is the program as clang -flto=thin leaves it: a folder of one bitcode file per
# source, with summaries. Without names it builds those that make test runs. What is there already is not built again,
# unless its source in scripts/workloads is newer.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/.build/workloads
src=$root/.build/src
mkdir -p "$out" "$src"

source_of() { # the source tree of a Debian package, fetched once
	[ -d "$src/$1" ] || "$root/scripts/fetch-debian-source.sh" "$1" "$src/$1"
}

# bitcode NAME COMPILER FLAGS... -- SOURCE...: the sources, which have absolute paths, as link-time optimisation takes
# them: a folder of bitcode, NAME.parts or NAME.thin.
bitcode() {
	name=$1 compiler=$2
	shift 2
	flags=-flto
	[ "$form" != thin ] || flags=-flto=thin
	while [ "$1" != -- ]; do flags="$flags $1" && shift; done
	shift
	parts=$out/$name.parts
	rm -rf "$parts"
	mkdir "$parts"
	# shellcheck disable=SC2086 # $flags is a list.
	(cd "$parts" && printf '%s\n' "$@" | xargs -d '\n' -n 1 -P "$(nproc)" "$compiler" -O2 -w -c $flags)
	if [ "$form" = thin ]; then
		for object in "$parts"/*.o; do mv "$object" "${object%.o}.bc"; done
		rm -rf "$out/$name.thin"
		mv "$parts" "$out/$name.thin"
	fi
}

# linked NAME COMPILER LIBRARY...: the whole program's bitcode from NAME's parts, as the linker merges it and without
# optimising it again; the native program from that; and NAME.link, which tells how it was linked. The bitcode appears
# last, when all is well.
linked() {
	[ "$form" = whole ] || return 0
	name=$1 compiler=$2
	shift 2
	"$compiler" -O2 -flto -fuse-ld=lld -Wl,--lto-emit-llvm -Wl,--lto-O0 \
		"$out/$name.parts"/*.o -o "$out/$name.bc.tmp" "$@"
	rm -r "$out/$name.parts"
	echo "$compiler" "$@" >"$out/$name.link"
	"$compiler" -O2 -Xclang -disable-llvm-passes -x ir "$out/$name.bc.tmp" -o "$out/$name.native" "$@"
	mv "$out/$name.bc.tmp" "$out/$name.bc"
}

# prepared NAME COMMAND...: runs the command once in $src/NAME, and shows its output only if it fails.
prepared() {
	tree=$src/$1
	shift
	[ -e "$tree/prepared" ] && return
	(cd "$tree" && "$@" && touch prepared) >"$tree.log" 2>&1 || { tail -n 20 "$tree.log" >&2; exit 1; }
}

amalgamation() { # sqlite3.c and shell.c out of SQLite's tree
	source_of sqlite3
	prepared sqlite3 sh -c 'mkdir -p build && cd build && ../configure --disable-readline && make sqlite3.c shell.c'
}

build_speedtest1() {
	amalgamation
	bitcode speedtest1 clang-22 -I"$src/sqlite3/build" -- \
		"$src/sqlite3/build/sqlite3.c" "$src/sqlite3/test/speedtest1.c"
	linked speedtest1 clang-22 -lpthread -ldl -lm
}

build_sqlite3() {
	amalgamation
	bitcode sqlite3 clang-22 -I"$src/sqlite3/build" -- "$src/sqlite3/build/sqlite3.c" "$src/sqlite3/build/shell.c"
	linked sqlite3 clang-22 -lpthread -ldl -lm
}

build_lua() {
	source_of lua5.4
	# luac.c is another program's main.
	bitcode lua clang-22 -DLUA_USE_LINUX -- $(ls "$src"/lua5.4/src/*.c | grep -v /luac.c)
	linked lua clang-22 -ldl -lm
}

build_bzip2() {
	source_of bzip2
	tree=$src/bzip2
	bitcode bzip2 clang-22 -D_FILE_OFFSET_BITS=64 -- "$tree/blocksort.c" "$tree/huffman.c" "$tree/crctable.c" \
		"$tree/randtable.c" "$tree/compress.c" "$tree/decompress.c" "$tree/bzlib.c" "$tree/bzip2.c"
	linked bzip2 clang-22
}

build_cxx() {
	bitcode cxx clang++-22 -std=c++17 -pthread -- "$root/scripts/workloads/cxx.cpp"
	linked cxx clang++-22 -pthread
}

build_hello() {
	bitcode hello clang-22 -- "$root/scripts/workloads/hello.c"
	linked hello clang-22
}

build_gawk() {
	source_of gawk
	prepared gawk ./configure CC=clang-22 CFLAGS=-w --disable-nls --disable-extensions --disable-pma \
		--without-readline --without-mpfr
	tree=$src/gawk
	# The other sources of support are included by these.
	bitcode gawk clang-22 -DHAVE_CONFIG_H -DGAWK -DNDEBUG '-DDEFPATH="."' '-DDEFLIBPATH="."' '-DSHLIBEXT="so"' \
		'-DLOCALEDIR="."' -I"$tree" -I"$tree/support" -- "$tree"/*.c "$tree"/support/dfa.c "$tree"/support/getopt*.c \
		"$tree"/support/localeinfo.c "$tree"/support/random.c "$tree"/support/regex.c
	linked gawk clang-22 -lm -ldl
}

build_jq() {
	source_of jq
	tree=$src/jq
	# As its Makefile makes them.
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' "$tree/src/builtin.jq" >"$tree/src/builtin.inc"
	echo '#define JQ_VERSION "1.6"' >"$tree/src/version.h"
	# What its configure finds on glibc: all of libm but what went away.
	libm=$(grep -o 'HAVE_[A-Z0-9_]*' "$tree/src/libm.h" | sort -u | grep -v -e HAVE_POW10 -e HAVE_DREM | sed 's/^/-D/')
	# shellcheck disable=SC2086,SC2046 # lists.
	bitcode jq clang-22 -I"$tree" -D_GNU_SOURCE -DIEEE_8087 -DHAVE_ALLOCA_H -DHAVE_ATEXIT -DHAVE_ISATTY \
		-DHAVE_GETTIMEOFDAY -DHAVE_GMTIME -DHAVE_GMTIME_R -DHAVE_LOCALTIME_R -DHAVE_MEMMEM -DHAVE_MKSTEMP \
		-DHAVE_PTHREAD_KEY_CREATE -DHAVE_PTHREAD_ONCE -DHAVE_STRFTIME -DHAVE_STRPTIME -DHAVE_TIMEGM \
		-DHAVE_TM_TM_GMT_OFF -DHAVE___THREAD $libm -- \
		$(ls "$tree"/src/*.c | grep -v -e /inject_errors.c)
	linked jq clang-22 -lm -lpthread
}

build_mujs() {
	source_of mujs
	bitcode mujs clang-22 -- "$src/mujs/one.c" "$src/mujs/main.c"
	linked mujs clang-22 -lm
}

build_minigzip() {
	source_of zlib
	bitcode minigzip clang-22 -DHAVE_UNISTD_H -D_LARGEFILE64_SOURCE=1 -I"$src/zlib" -- "$src"/zlib/*.c \
		"$src/zlib/test/minigzip.c"
	linked minigzip clang-22
}

build_zstd() {
	source_of libzstd
	tree=$src/libzstd
	bitcode zstd clang-22 -DZSTD_DISABLE_ASM -DZSTD_MULTITHREAD -DZSTD_LEGACY_SUPPORT=0 -DXXH_NAMESPACE=ZSTD_ \
		-I"$tree/lib" -I"$tree/lib/common" -- "$tree"/lib/common/*.c "$tree"/lib/compress/*.c \
		"$tree"/lib/decompress/*.c "$tree"/lib/dictBuilder/*.c "$tree"/programs/*.c
	linked zstd clang-22 -lpthread
}

build_xmlwf() {
	source_of expat
	tree=$src/expat/expat
	: >"$tree/expat_config.h"
	bitcode xmlwf clang-22 -DHAVE_UNISTD_H -DXML_NS -DXML_DTD -DXML_CONTEXT_BYTES=1024 -DXML_POOR_ENTROPY \
		-DBYTEORDER=1234 -DXML_STATIC '-DPACKAGE="expat"' -I"$tree" -I"$tree/lib" -- "$tree"/lib/xmlparse.c \
		"$tree"/lib/xmlrole.c "$tree"/lib/xmltok.c "$tree"/xmlwf/codepage.c "$tree"/xmlwf/unixfilemap.c \
		"$tree"/xmlwf/xmlfile.c "$tree"/xmlwf/xmlwf.c
	linked xmlwf clang-22
}

build_tinyscheme() {
	source_of tinyscheme
	# 1.42 has the test of string-ref and vector-ref for an integer the wrong way round.
	prepared tinyscheme sed -i 's/if (is_integer(x)) {/if (!is_integer(x)) {/' scheme.c
	tree=$src/tinyscheme
	bitcode tinyscheme clang-22 -DUSE_DL=0 -DUSE_MATH=1 -DUSE_ASCII_NAMES=0 "-DInitFile=\"$tree/init.scm\"" -- \
		"$tree/scheme.c"
	linked tinyscheme clang-22 -lm
}

build_lzip() {
	source_of lzip
	bitcode lzip clang++-22 '-DPROGVERSION="1.23"' -- "$src"/lzip/*.cc
	linked lzip clang++-22
}

build_jsonnet() {
	source_of jsonnet
	tree=$src/jsonnet
	yaml=$tree/third_party/rapidyaml/rapidyaml
	# As its Makefile makes it.
	{ od -v -A n -t u1 "$tree/stdlib/std.jsonnet" | tr ' ' '\n' | grep -v '^$' | tr '\n' ','; echo 0; } \
		>"$tree/core/std.jsonnet.h"
	# shellcheck disable=SC2046 # a list.
	bitcode jsonnet clang++-22 -std=c++17 -I"$tree/include" -I"$tree/third_party/md5" -I"$tree/third_party/json" \
		-I"$yaml/src" -I"$yaml/ext/c4core/src" -- $(ls "$tree"/core/*.cpp | grep -v _test.cpp) "$tree/cmd/jsonnet.cpp" \
		"$tree/cmd/utils.cpp" "$tree/third_party/md5/md5.cpp" "$yaml"/src/c4/yml/*.cpp "$yaml"/ext/c4core/src/c4/*.cpp
	linked jsonnet clang++-22
}

tested='speedtest1 sqlite3 lua bzip2 cxx hello gawk jq'
all="$tested mujs minigzip zstd xmlwf tinyscheme lzip jsonnet lua.thin gawk.thin"
# shellcheck disable=SC2086 # lists.
case ${1-} in
'') set -- $tested ;;
all) set -- $all ;;
esac
for workload in "$@"; do
	form=whole made=$out/$workload.bc
	case $workload in *.thin) form=thin made=$out/$workload ;; esac
	if [ -e "$made" ] &&
		[ -z "$(find "$root/scripts/workloads" -maxdepth 1 -name "${workload%.thin}.*" -newer "$made")" ]; then
		continue
	fi
	echo "building $workload to bitcode" >&2
	"build_${workload%.thin}"
done
