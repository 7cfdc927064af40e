package test

// unoptimised is how clang makes IR whose functions may be optimised and are not yet: nothing in it is folded.
const unoptimised = "-O1 -Xclang -disable-llvm-passes"

// cHistories are of one module of C.
var cHistories = []history{
	{
		name: "functions",
		files: map[string]string{
			"inline.h": `static inline int inlined(int x) { return x + 100; }
`,
			"main.c": `// cflags: -O1
// args: one
#include "inline.h"
#include <stdio.h>
#define NOINLINE __attribute__((noinline))
NOINLINE static int callee(int x) { return x * 3 + 1; }
NOINLINE int caller(int x) { return callee(x) + callee(x + 1); }
NOINLINE static int user_of_inline(int x) { return inlined(x) * 2; }
NOINLINE static void say(const char *what, long n) { printf("%s %ld\n", what, n); }
NOINLINE static int recursive(int n) { return n < 2 ? 1 : n * recursive(n - 2) + recursive(n - 3); }
static int by_pointer(int x) { return x - 7; }
int (*volatile pointer)(int) = by_pointer;
int main(int argc, char **argv) {
  say("caller", caller(argc));
  say("inline", user_of_inline(argc));
  say("recursive", recursive(argc + 5));
  say("pointer", pointer(argc));
  // here
  return argc;
}
`,
		},
		edits: []edit{
			{what: "a constant", changes: []change{{"main.c", "x * 3 + 1", "x * 3 + 2"}}, most: 2},
			{what: "a callee", changes: []change{{"main.c", "return x * 3 + 2", "return x * x * 3 - (x << 5)"}},
				most: 3},
			{what: "an inlined function of a header", changes: []change{{"inline.h", "x + 100", "x + 101"}}, most: 2},
			{what: "a function more", changes: []change{
				{"main.c", "int main(", "NOINLINE int more(int x, char *s) { return x + s[0]; }\nint main("},
				{"main.c", "  // here", "  say(\"more\", more(argc, argv[1]));\n  // here"},
			}, most: 2},
			{what: "a function renamed", changes: []change{{"main.c", "caller", "renamed"}}, most: 2},
			{what: "two functions named the other way round", changes: []change{
				{"main.c", "callee", "swapped"}, {"main.c", "by_pointer", "callee"},
				{"main.c", "swapped", "by_pointer"},
			}, same: true},
			{what: "and their bodies changed", changes: []change{{"main.c", "x - 7", "x - 8"},
				{"main.c", "x << 5", "x << 6"}}, most: 4},
			{what: "functions in another order", changes: []change{
				{"main.c", "NOINLINE static int recursive(int n) { " +
					"return n < 2 ? 1 : n * recursive(n - 2) + recursive(n - 3); }\n", ""},
				{"main.c", "#define NOINLINE __attribute__((noinline))\n",
					"#define NOINLINE __attribute__((noinline))\n" +
						"NOINLINE static int recursive(int n) { " +
						"return n < 2 ? 1 : n * recursive(n - 2) + recursive(n - 3); }\n"},
			}, same: true, most: none},
			{what: "a condition", changes: []change{{"main.c", "n < 2 ?", "n <= 2 ?"}}, most: 1},
			{what: "another operator", changes: []change{{"main.c", "n * recursive", "n ^ recursive"}}, most: 2},
			{what: "a type", changes: []change{{"main.c", "NOINLINE static int recursive(int n)",
				"NOINLINE static long recursive(long n)"},
				{"main.c", "recursive(argc + 5)", "recursive(argc * 10000000000)"},
				{"main.c", "n ^ recursive(n - 2) + recursive(n - 3)", "n ^ recursive(n / 100)"}}, most: 3},
			{what: "another pointer", changes: []change{{"main.c", "pointer)(int) = callee",
				"pointer)(int) = renamed"}}, most: 1},
			{what: "a function less", changes: []change{{"main.c", "  say(\"more\", more(argc, argv[1]));\n", ""},
				{"main.c", "NOINLINE int more(int x, char *s) { return x + s[0]; }\n", ""}}, most: 1},
			{what: "a function called by nobody",
				changes: []change{{"main.c", "int main(", "int unused(int x) { return x + 5; }\nint main("},
					{"main.c", "return argc;", "return argc + 1;"}}, most: 1},
			{what: "it called", changes: []change{{"main.c", "return argc + 1;", "return unused(argc) + 1;"},
				{"main.c", "int unused", "NOINLINE int unused"}}, most: 3},
			{what: "a function of the library", changes: []change{{"main.c", "printf(\"%s %ld\\n\", what, n)",
				"fprintf(stderr, \"%s %ld\\n\", what, n)"}}, most: 2},
			{what: "a constructor",
				changes: []change{{"main.c", "int main(",
					"__attribute__((constructor)) static void early(void) { say(\"early\", 1); }\nint main("}},
				most: 2},
			{what: "another before it",
				changes: []change{{"main.c", "int main(",
					"__attribute__((constructor(200))) static void earlier(void) { say(\"earlier\", 0); }\nint main("}},
				most: 1},
			{what: "their order", changes: []change{{"main.c", "constructor)", "constructor(150))"}}, most: none},
			{what: "a destructor", changes: []change{{"main.c", "__attribute__((constructor(200)))",
				"__attribute__((destructor))"}}, most: none},
			{what: "arguments", changes: []change{{"main.c", "// args: one", "// args: one two three"}}, most: none},
			{what: "clang -O0", changes: []change{{"main.c", "cflags: -O1", "cflags: -O0"}}, same: true},
			{what: "a constant at -O0", changes: []change{{"main.c", "x << 6", "x << 7"}}, most: 1},
			{what: "orcast -O 1", flags: []string{"-O", "1"}, same: true},
			{what: "a constant at orcast -O 1", changes: []change{{"main.c", "x << 7", "x << 8"}}, most: 1},
			{what: "clang -O3, orcast -O 2", changes: []change{{"main.c", "cflags: -O0", "cflags: -O3"}},
				flags: []string{"-O", "2"}, same: true},
			{what: "orcast -O 3", flags: []string{"-O", "3"}, changes: []change{{"main.c", "x << 8", "x << 9"}}},
			{what: "clang -O1, orcast -O 0", changes: []change{{"main.c", "cflags: -O3", "cflags: -O1"},
				{"main.c", "x << 9", "x << 10"}}, flags: []string{"-O", "0"}},
		},
	},
	{
		name: "globals",
		files: map[string]string{"main.c": `// cflags: ` + unoptimised + `
#include <pthread.h>
#include <stdio.h>
#include <string.h>
struct record { int a; short b; };
int number = 5;
static int hidden = 6, third = 12;
int table[20] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
char bytes[100] = "initial";
int zero[100];
struct record record = {1, 2};
struct record records[3] = {{1, 2}, {3, 4}, {5, 6}};
const char *text = "text";
double real = 1.5;
int *address = &table[3];
static int sum(void) {
  int s = number++ + hidden;
  for (int i = 0; i < 20; i++)
    s += table[i] * (i + 1);
  return s;
}
static int of_records(void) {
  int s = record.a * 10 + record.b;
  for (int i = 0; i < 3; i++)
    s = s * 10 + records[i].b;
  return s;
}
static void *in_thread(void *unused) {
  number++;
  return unused;
}
static int of_zero(int i) {
  zero[i] += 3;
  return zero[i] + zero[99];
}
static int sizes(void) { return sizeof(zero) + sizeof(struct record) + (int)strlen(text); }
int main(void) {
  pthread_t thread;
  pthread_create(&thread, 0, in_thread, 0);
  pthread_join(thread, 0);
  printf("%d %d %d %s %s %g %d %d\n", sum(), of_records(), of_zero(7), text, bytes, real, *address, sizes());
  char copy[24] = "copied from a constant.";
  memcpy(bytes, "and over it", 12);
  printf("%s %s %d\n", copy, bytes, memcmp(bytes, "and over it", 11) < 0);
  return number;
}
`},
		edits: []edit{
			{what: "an initialiser", changes: []change{{"main.c", "number = 5", "number = 7"}}, most: none},
			{what: "that of a static", changes: []change{{"main.c", "hidden = 6", "hidden = 9"}}, most: none},
			{what: "an element", changes: []change{{"main.c", "11, 12}", "11, 13}"}}, most: none},
			{what: "fewer elements", changes: []change{{"main.c", "1, 2, 3, 4,", "1, 2, 3,"}}, most: 1},
			{what: "a real number", changes: []change{{"main.c", "real = 1.5", "real = 2.5"}}, most: none},
			{what: "a text", changes: []change{{"main.c", `text = "text"`, `text = "Text"`}}, most: none},
			{what: "a longer text", changes: []change{{"main.c", `text = "Text"`, `text = "A longer one"`}}, most: 2},
			{what: "characters", changes: []change{{"main.c", `"initial"`, `"Initials"`}}, most: none},
			{what: "the text of a format", changes: []change{{"main.c", `"%s %s %d\n"`, `"%s=%s=%d\n"`}}, most: 2},
			{what: "a copied constant", changes: []change{{"main.c", "copied from a constant.",
				"Copied from a constant!"}}, most: 2},
			{what: "a constant that is copied to a variable", changes: []change{{"main.c",
				`memcpy(bytes, "and over it"`, `memcpy(bytes, "And over it"`}}, most: 2},
			{what: "an address", changes: []change{{"main.c", "&table[3]", "&table[5]"}}, most: none},
			{what: "the address of another", changes: []change{{"main.c", "&table[5]", "&number"}}, most: none},
			{what: "the address of a third", changes: []change{{"main.c", "&number", "&third"}}, most: none},
			{what: "an int first", changes: []change{{"main.c", "{ int a; short b; }",
				"{ int more; int a; short b; }"}}},
			{what: "members the other way round", changes: []change{{"main.c", "int a; short b;", "short b; int a;"}}},
			{what: "a wider member", changes: []change{{"main.c", "short b;", "long b;"}}},
			{what: "a variable more", changes: []change{{"main.c", "int number", "int another = 70;\nint number"},
				{"main.c", "number++ + hidden", "number++ + another"}}, most: 1},
			{what: "a variable less", changes: []change{{"main.c", "int another = 70;\n", ""},
				{"main.c", "number++ + another", "number++ + hidden"}}, most: 1},
			{what: "variables in another order",
				changes: []change{{"main.c", "int number = 7;\nstatic int hidden = 9, third = 12;",
					"static int third = 12, hidden = 9;\nint number = 7;"}}, same: true, most: 1},
			{what: "thread-local", changes: []change{{"main.c", "int number", "_Thread_local int number"},
				{"main.c", "&third", "&table[1]"}}},
			{what: "its initialiser", changes: []change{{"main.c", "number = 7", "number = 17"}}, most: none},
			{what: "more thread-locals",
				changes: []change{{"main.c", "_Thread_local", "_Thread_local long before = 4;\n_Thread_local"},
					{"main.c", "return number", "return number + (int)before"}}},
			{what: "no thread-locals", changes: []change{{"main.c", "_Thread_local", ""}}},
			{what: "the function changed that uses them",
				changes: []change{{"main.c", "number++;\n", "number += 2;\n"}}, most: 1},
			{what: "constant", changes: []change{{"main.c", "int table[20]", "const int table[20]"},
				{"main.c", "hidden = 9", "hidden = 10"}}},
			{what: "large and zero", changes: []change{{"main.c", "int zero[100]", "int zero[600000]"}}},
			{what: "a function changed that uses it", changes: []change{{"main.c", "zero[i] += 3", "zero[i] += 4"}},
				most: 1},
			{what: "larger", changes: []change{{"main.c", "zero[600000]", "zero[700000]"}}},
			{what: "small, not zero", changes: []change{{"main.c", "int zero[700000]", "int zero[100] = {[99] = 4}"}}},
			{what: "common", changes: []change{{"main.c", "cflags:", "cflags: -fcommon"},
				{"main.c", "int zero[100] = {[99] = 4}", "int zero[200]"}}},
			{what: "at orcast -O 2", flags: []string{"-O", "2"},
				changes: []change{{"main.c", "Copied from", "Taken from"}}},
			{what: "a constant at orcast -O 2", changes: []change{{"main.c", "Taken from a constant!",
				"Taken from a Constant."}}, most: 2},
			{what: "a text at orcast -O 2", changes: []change{{"main.c", `"And over it"`, `"and Over it"`}}, most: 2},
			{what: "one to compare with at orcast -O 2", changes: []change{{"main.c",
				`memcmp(bytes, "and over it"`, `memcmp(bytes, "and Over it"`}}, most: 2},
		},
	},
	{
		name: "flags",
		files: map[string]string{"main.c": `// cflags: ` + unoptimised + ` -ffp-contract=on
#include <stdio.h>
#ifndef X
#define X 1
#endif
// With the feature fma a product is not rounded before it is added.
__attribute__((noinline)) static double residue(double a, double b) { double p = a * b; return a * b - p; }
__attribute__((noinline)) static double fused(double a, double b, double c) { return a * b + c; }
#ifdef OWN
#undef strlen
#endif
unsigned long strlen(const char *s);
#ifdef OWN
__attribute__((noinline)) unsigned long strlen(const char *s) { return s[0]; }
#endif
__attribute__((noinline)) static int wide(void) {
#ifdef __AVX2__
  return 2;
#elif defined __AVX__
  return 1;
#else
  return 0;
#endif
}
static int shift(int x) { return x + 2147483647 > x; }
int main(int argc, char **argv) {
  volatile double a = 1.0 + 1.0 / (1 << 27), c = -(double)a * (double)a;
  printf("%d %g %g %lu %d %d %d\n", X, residue(a, a), fused(a, a, c), strlen("abc"), wide(), shift(argc), (char)200);
  return 0;
}
`},
		edits: []edit{
			{what: "-DX", changes: []change{{"main.c", "on\n#include", "on -DX=2\n#include"}}, most: 1},
			{what: "-DOWN", changes: []change{{"main.c", "-DX=2", "-DX=2 -DOWN -fno-builtin"}}},
			{what: "-fno-builtin no more", changes: []change{{"main.c", "-DOWN -fno-builtin", ""}}},
			{what: "-mfma", changes: []change{{"main.c", "-DX=2", "-DX=2 -mfma"}}, needs: "fma"},
			{what: "-mfma no more", changes: []change{{"main.c", "-mfma", ""}}, needs: "fma"},
			{what: "-mavx", changes: []change{{"main.c", "-DX=2", "-DX=2 -mavx"}}, needs: "avx"},
			{what: "-mavx2", changes: []change{{"main.c", "-mavx", "-mavx2"}}, needs: "avx2"},
			{what: "-march", changes: []change{{"main.c", "-mavx2", "-march=x86-64-v3"}}, needs: "fma"},
			{what: "-ffp-contract=off", changes: []change{{"main.c", "-ffp-contract=on", "-ffp-contract=off"}},
				needs: "fma"},
			{what: "-funsigned-char", changes: []change{{"main.c", "-DX=2", "-DX=2 -funsigned-char"}}, most: 1},
			{what: "-O2", changes: []change{{"main.c", unoptimised, "-O2"}}, same: true},
			{what: "-O2 -fwrapv", changes: []change{{"main.c", "-DX=2", "-DX=3 -fwrapv"}}},
			{what: "-fPIE", changes: []change{{"main.c", "-DX=3", "-DX=4 -fPIE"}}},
			{what: "-fno-pic", changes: []change{{"main.c", "-fPIE", "-fno-pic"},
				{"main.c", "// cflags", "// native-ldflags: -no-pie\n// cflags"}}, same: true},
			{what: "-mcmodel=large", changes: []change{{"main.c", "-DX=4", "-DX=5 -mcmodel=large"},
				{"main.c", "-fno-pic", ""}, {"main.c", "// native-ldflags: -no-pie\n", ""}}},
			{what: "-fstack-protector-all", changes: []change{{"main.c", "-DX=5", "-DX=6 -fstack-protector-all"}}},
		},
	},
	{
		name: "computed goto",
		files: map[string]string{"main.c": `// cflags: -O1
#include <stdio.h>
__attribute__((noinline)) static int other(int x) { return x + 1; }
__attribute__((noinline)) static int interpret(const char *code, int x) {
  static const void *const table[] = {&&add, &&twice, &&less, &&end};
  goto *table[*code++ - '0'];
add:
  x = other(x);
  goto *table[*code++ - '0'];
twice:
  x *= 2;
  goto *table[*code++ - '0'];
less:
  x -= 3;
  goto *table[*code++ - '0'];
end:
  return x;
}
int main(int argc, char **argv) {
  printf("%d\n", interpret("01021013", argc));
  return 0;
}
`},
		edits: []edit{
			{what: "another callee", changes: []change{{"main.c", "x + 1", "x + 5"}}, most: 2},
			{what: "a handler", changes: []change{{"main.c", "x -= 3", "x -= 4"}}, most: 1},
			{what: "the order in the table", changes: []change{{"main.c", "{&&add, &&twice, &&less, &&end}",
				"{&&twice, &&add, &&less, &&end}"}}, most: 1},
			{what: "the order of handlers", changes: []change{{"main.c", "less:\n  x -= 4", "more:\n  x += 4"},
				{"main.c", "&&less", "&&more"}}, most: 1},
			{what: "another handler",
				changes: []change{{"main.c", "end:", "minus:\n  x = -x;\n  goto *table[*code++ - '0'];\nend:"},
					{"main.c", "&&end", "&&end, &&minus"}, {"main.c", "01021013", "010241013"}}, most: 2},
			{what: "differences of labels", changes: []change{{"main.c", "const void *const table[]",
				"const int table[]"},
				{"main.c", "{&&twice, &&add, &&more, &&end, &&minus}",
					"{&&twice - &&add, 0, &&more - &&add, &&end - &&add, &&minus - &&add}"},
				{"main.c", "goto *table[*code++ - '0']", "goto *(&&add + table[*code++ - '0'])"},
				{"main.c", "x + 5", "x + 6"}}, most: 2},
			{what: "a switch", changes: []change{{"main.c", "x + 6", "x + 7"},
				{"main.c", "x *= 2",
					"switch (x & 3) { case 0: x = 5; break; case 1: x *= 2; break; case 2: x += 9; break; default: x " +
						"= 1; }"}}, most: 2},
		},
	},
}
