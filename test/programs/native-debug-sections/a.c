// Danger: sections of native objects that are no part of the program, compressed debug information above all, whose
// relocations lie outside of what it takes in the file.
// cflags: -O1 -g3 -gz
// cflags: -O0 -g3 -gz=zstd
// cflags: -O2 -gsplit-dwarf
// cflags: -O1 -g3 -gdwarf-4 -fdebug-types-section -ffunction-sections
#include <stdio.h>
int part(int), gnu(int);
int main(int argc, char **argv) { return printf("%d %d\n", part(argc), gnu(argc)) < 0; }
