#!/bin/sh
# lines.sh: no line of tracked source is wider than 120 columns, with a tab counted as 4; those that are, it prints, and
# fails. Programs that only tests compile, in test/programs, may have wider ones.
set -eu
cd "$(dirname "$0")/.."

files=$(git ls-files -- '*.go' '*.c' '*.h' '*.cpp' '*.S' '*.sh' Makefile .ci/run ':!test/programs')
for file in $files; do
	[ ! -e "$file" ] || set -- "$@" "$file"
done
# Of a character of several bytes, all but the first are dropped, to count columns.
LC_ALL=C awk '
	{ gsub(/\t/, "    "); gsub(/[\200-\277]/, "") }
	length > 120 { print FILENAME ":" FNR ": " length " columns"; wide = 1 }
	END { exit wide }' "$@"
