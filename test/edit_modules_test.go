package test

// moduleHistories are of several modules, archives and libraries: much of what is changed is no change of a module.
var moduleHistories = []history{
	{
		name: "modules",
		files: map[string]string{
			"1main.c": `// cflags: ` + unoptimised + `
#include <stdio.h>
int helper(int x);
int tolower(int c);
int shared(void);
extern int variable;
__attribute__((weak)) int optional(int x);
__attribute__((weak)) int chosen(void) { return 1; }
__attribute__((weak)) int chosen_variable = 10;
static int local(int x) { return x + 1; }
int uses_helper(int x) { return helper(x) + local(x); }
int uses_library(int c) { return tolower(c); }
int uses_optional(int x) { return optional ? optional(x) : -1; }
int uses_chosen(void) { return chosen() * 100 + chosen_variable; }
int uses_shared(void) { return shared() + variable; }
int main(int argc, char **argv) {
  printf("%d %d %d %d %d\n", uses_helper(argc), uses_library('A'), uses_optional(argc), uses_chosen(), uses_shared());
  return 0;
}
`,
			"2helper.c": `static int local(int x) { return x + 2; }
int helper(int x) { return local(x) * 3; }
int variable = 5;
int counter;
`,
			"3shared.c": `extern int counter;
static int variable_of_own = 7;
int shared(void) { return variable_of_own + ++counter; }
`,
		},
		edits: []edit{
			{what: "a static of the second module", changes: []change{{"2helper.c", "x + 2", "x + 3"}}, most: 1},
			{what: "that of the same name in the first", changes: []change{{"1main.c", "x + 1", "x + 4"}}, most: 1},
			{what: "a variable of another module", changes: []change{{"2helper.c", "variable = 5", "variable = 6"}},
				most: none},
			{what: "what was external is defined",
				changes: []change{{"2helper.c", "int counter;",
					"int counter;\nint tolower(int c) { return c + 1000; }"}}},
			{what: "and external again", changes: []change{{"2helper.c", "int tolower(int c) { return c + 1000; }",
				""}}},
			{what: "what was missing is defined",
				changes: []change{{"3shared.c", "int shared", "int optional(int x) { return x + 90; }\nint shared"}}},
			{what: "by a weak definition", changes: []change{{"3shared.c", "int optional(int x) { return x + 90; }",
				"__attribute__((weak)) int optional(int x) { return x + 91; }"}}, most: 1},
			{what: "by a strong one too",
				changes: []change{{"2helper.c", "int counter;",
					"int counter;\nint optional(int x) { return x + 92; }"}}},
			{what: "a weak definition beaten",
				changes: []change{{"2helper.c", "int counter;", "int counter;\nint chosen(void) { return 2; }"}}},
			{what: "a weak variable beaten",
				changes: []change{{"3shared.c", "int shared", "int chosen_variable = 20;\nint shared"}}},
			{what: "both weak now", changes: []change{{"2helper.c", "int chosen(void) { return 2; }",
				"__attribute__((weak)) int chosen(void) { return 3; }"},
				{"3shared.c", "int chosen_variable = 20;", "__attribute__((weak)) int chosen_variable = 30;"}}},
			{what: "another order of modules", changes: []change{{"1main.c", "*", "9main.c"}}},
			{what: "a module less", changes: []change{{"3shared.c", "*", ""},
				{"2helper.c", "int counter;", "int shared(void) { return 44; }\nint counter;"}}},
			{what: "a function moved to another module",
				changes: []change{{"2helper.c", "int shared(void) { return 44; }", ""},
					{"9main.c", "int uses_shared", "int shared(void) { return 45; }\nint uses_shared"}}},
			{what: "an archive", changes: []change{{"member.a.c", "", "int tolower(int c) { return c + 2000; }\n"},
				{"2helper.c", "int counter;", "int tolower(int c);\nint counter;\nint (*taken)(int) = tolower;"}}},
			{what: "a member of it", changes: []change{{"member.a.c", "2000", "3000"}}, most: 1},
			{what: "another member", changes: []change{{"other.a.c", "", "int extra(void) { return 5; }\n"},
				{"member.a.c", "return c + 3000", "return c + 3000 + extra()"},
				{"member.a.c", "int tolower", "int extra(void);\nint tolower"}}},
			{what: "a member that is not taken",
				changes: []change{{"2helper.c", "int counter;", "int counter;\nint extra(void) { return 6; }"}},
				most:    1},
			{what: "a native object",
				changes: []change{{"native.o.c", "", "int extra(void);\nint tolower(int c) { return c + 4000; }\n"},
					{"member.a.c", "*", ""}, {"other.a.c", "*", ""}}},
			{what: "another native object", changes: []change{{"native.o.c", "c + 4000", "c + 5000 + extra()"}},
				most: none},
			{what: "a library", changes: []change{{"native.o.c", "*", ""}, {"9main.c", "tolower", "lowered"},
				{"2helper.c", "tolower", "lowered"},
				{"library.so.c", "", "int lowered(int c) { return c + 6000; }\nint from_library = 3;\n"}}, most: 2},
			{what: "another library", changes: []change{{"library.so.c", "6000", "7000"}}, most: none},
			{what: "a library's variable", changes: []change{{"9main.c", "return lowered(c)",
				"return lowered(c) + from_library"},
				{"9main.c", "int helper(int x);", "int helper(int x);\nextern int from_library;"}}, most: 1},
			{what: "its value", changes: []change{{"library.so.c", "from_library = 3", "from_library = 4"}},
				most: none},
			{what: "defined by a module",
				changes: []change{{"2helper.c", "int counter;", "int counter;\nint from_library = 100;"}}},
			{what: "thread-local in a module", changes: []change{{"2helper.c", "int from_library = 100;",
				"_Thread_local int from_library = 200;"},
				{"9main.c", "extern int from_library;", "extern _Thread_local int from_library;"}}},
			{what: "thread-local in a library", changes: []change{{"2helper.c", "_Thread_local int from_library = 200;",
				""}, {"library.so.c", "int from_library = 4", "_Thread_local int from_library = 300"}}},
			{what: "common",
				changes: []change{{"2helper.c", "int counter;", "int counter;\n__attribute__((common)) int pool[2];"},
					{"9main.c", "extern int variable;", "extern int variable;\n__attribute__((common)) int pool[4];"},
					{"9main.c", "shared() + variable", "shared() + variable + (int)sizeof pool + pool[3]"}}},
			{what: "a definition in place of common",
				changes: []change{{"2helper.c", "__attribute__((common)) int pool[2];",
					"int pool[5] = {1, 2, 3, 4, 5};"}}},
			{what: "only called when all is there",
				changes: []change{{"9main.c", "return 0;", "return uses_helper(argc) == 1 ? absent() : 0;"},
					{"9main.c", "int helper(int x);", "int helper(int x);\nint absent(void) { return 1; }"},
					{"9main.c", "x + 4", "x + 5"}}, most: 3},
		},
	},
	{
		name: "many modules",
		files: map[string]string{
			"0main.c": `// cflags: -O1
#include <stdio.h>
int a(int), b(int), c(int);
int main(int argc, char **argv) { printf("%d\n", a(argc) + b(argc) + c(argc)); return 0; }
`,
			"1.c": "static int same(int x) { return x + 1; }\nint (*volatile p1)(int) = same;\n" +
				"int a(int x) { return p1(x); }\n",
			"2.c": "static int same(int x) { return x + 1; }\nint (*volatile p2)(int) = same;\n" +
				"int b(int x) { return p2(x) * 10; }\n",
			"3.c": "static int same(int x) { return x + 1; }\nint (*volatile p3)(int) = same;\n" +
				"int c(int x) { return p3(x) * 100; }\n",
		},
		edits: []edit{
			{what: "one of three", changes: []change{{"2.c", "x + 1", "x + 2"}}, most: 1},
			{what: "another", changes: []change{{"3.c", "x + 1", "x + 3"}}, most: 1},
			{what: "files swapped", changes: []change{
				{"2.c", "", "static int same(int x) { return x + 3; }\nint (*volatile p3)(int) = same;\n" +
					"int c(int x) { return p3(x) * 1000; }\n"},
				{"3.c", "", "static int same(int x) { return x + 2; }\nint (*volatile p2)(int) = same;\n" +
					"int b(int x) { return p2(x) * 10; }\n"},
			}},
			{what: "all in one", changes: []change{
				{"1.c", "*", ""},
				{"3.c", "*", ""},
				{"2.c", "int c(", "static int same2(int x) { return x + 2; }\nint (*volatile p2)(int) = same2;\n" +
					"int b(int x) { return p2(x) * 10; }\nint a(int x) { return p2(x + 5); }\nint c("},
			}},
			{what: "the program's entry in another", changes: []change{
				{"0main.c", "int main(", "int first(int argc, char **argv) { return 9; }\nint main("},
			}, flags: []string{"--entry", "main"}, same: true},
		},
	},
}

// cxxHistories are of C++.
var cxxHistories = []history{
	{
		name: "C++",
		files: map[string]string{
			"shape.h": `#include <exception>
struct shape {
  virtual ~shape() = default;
  virtual int area() const { return 1; }
  virtual int sides() const = 0;
};
struct square : shape {
  int n;
  explicit square(int n) : n(n) {}
  int area() const override { return n * n; }
  int sides() const override { return 4; }
};
struct error : std::exception { const char *what() const noexcept override { return "error"; } };
struct odd : error {
  int code;
  explicit odd(int c) : code(c) {}
  const char *what() const noexcept override { return "odd"; }
};
struct range : std::exception { const char *what() const noexcept override { return "range"; } };
inline int counted() { static int calls = 10; return ++calls; }
template <typename T> T twice(T x) { return x + x; }
shape *make(int n);
int thrower(int n);
`,
			"1main.cpp": `// cflags: -O1
#include "shape.h"
#include <cstdio>
static int message(int n) {
  try {
    return thrower(n);
  } catch (const odd &e) {
    return e.code;
  } catch (const std::exception &e) {
    std::puts(e.what());
  } catch (...) {
    std::puts("else");
  }
  return -1;
}
static struct early { early() { std::puts("constructed"); } ~early() { std::puts("destroyed"); } } early;
int main(int argc, char **argv) {
  shape *s = make(argc + 2);
  std::printf("%d %d %d %d %d %d\n", s->area(), s->sides(), counted() + counted(), message(1), message(2), message(3));
  std::printf("%d %g %d\n", twice(argc), twice(1.25), dynamic_cast<square *>(s) != nullptr);
  std::printf("%d\n", counted());
  delete s;
  return 0;
}
`,
			"2shapes.cpp": `#include "shape.h"
shape *make(int n) { counted(); return new square(n); }
int thrower(int n) {
  struct guard { int n; ~guard() { counted(); } } guard{n};
  if (n == 1)
    throw odd(7);
  if (n == 2)
    throw range();
  return n;
}
`,
		},
		edits: []edit{
			{what: "a virtual function's body", changes: []change{{"shape.h", "return n * n", "return n * n + 1"}}},
			{what: "a virtual function before others",
				changes: []change{{"shape.h", "  virtual int area() const { return 1; }",
					"  virtual int first() const { return 66; }\n  virtual int area() const { return 1; }"},
					{"2shapes.cpp", "return new square(n)", "counted(); return new square(n)"}}},
			{what: "no override any more",
				changes: []change{{"shape.h", "  int area() const override { return n * n + 1; }\n", ""}}},
			{what: "another class", changes: []change{{"2shapes.cpp", "return new square(n)", "return new cube(n)"},
				{"2shapes.cpp", "shape *make",
					"struct cube : square { using square::square; int sides() const override { return 6; } };\n" +
						"shape *make"}}, most: 6},
			{what: "a member more", changes: []change{{"shape.h", "  int n;\n", "  int more = 3, n;\n"},
				{"shape.h", "return 4;", "return more;"}, {"2shapes.cpp", "return 6;", "return n * 100 + more;"}}},
			{what: "a base class", changes: []change{{"2shapes.cpp", "struct cube : square",
				"struct tag { virtual ~tag() = default; };\nstruct cube : tag, square"},
				{"2shapes.cpp", "n * 100", "n * 200"}}},
			{what: "a static's first value", changes: []change{{"shape.h", "calls = 10", "calls = 20"}}},
			{what: "an inline function", changes: []change{{"shape.h", "return ++calls", "return calls += 2"}}},
			{what: "a static in need of a guard", changes: []change{{"shape.h", "static int calls = 20",
				"static int calls = std::atoi(\"33\")"},
				{"shape.h", "#include <exception>", "#include <cstdlib>\n#include <exception>"}}},
			{what: "a template", changes: []change{{"shape.h", "return x + x", "return x + x + x"}}},
			{what: "what is thrown", changes: []change{{"2shapes.cpp", "throw odd(7)", "throw odd(8)"}}, most: 2},
			{what: "another type", changes: []change{{"2shapes.cpp", "throw odd(8)", "throw error()"}}, most: 4},
			{what: "a type that only ... catches", changes: []change{{"2shapes.cpp", "throw error()", "throw 5"}},
				most: 4},
			{what: "a handler less", changes: []change{{"2shapes.cpp", "throw 5", "throw odd(9)"},
				{"1main.cpp", "  } catch (const odd &e) {\n    return e.code;\n", ""}}},
			{what: "handlers' order", changes: []change{{"1main.cpp", "  } catch (const std::exception &e) {\n",
				"  } catch (const error &e) {\n    return 555;\n  } catch (const std::exception &e) {\n"}}, most: 6},
			{what: "a cleanup", changes: []change{{"2shapes.cpp", "~guard() { counted(); }",
				"~guard() { counted(); counted(); }"}}},
			{what: "a global's constructor", changes: []change{{"1main.cpp", "\"constructed\"", "\"Constructed\""}},
				most: 2},
			{what: "another global before it", changes: []change{{"1main.cpp", "static struct early {",
				"static int name = counted();\nstatic struct early {"},
				{"1main.cpp", "  delete s;", "  std::printf(\"%d\\n\", name);\n  delete s;"}}},
			{what: "optimised more", changes: []change{{"1main.cpp", "cflags: -O1", "cflags: -O2"}},
				flags: []string{"-O", "2"}, same: true},
			{what: "an exception at -O 2", changes: []change{{"2shapes.cpp", "throw odd(9)", "throw odd(11)"},
				{"2shapes.cpp", "throw range()", "throw error()"}}},
		},
	},
}
