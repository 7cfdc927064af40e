package bitcode

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unrelated is what edits add in front of a program: more of everything that has a number in bitcode.
const unrelated = `
%zz.type = type { i8, [3 x %zz.inner], <7 x i16>, fp128 }
%zz.inner = type { half, x86_fp80 }
$zz.group = comdat largest
@zz.variable = thread_local global %zz.type zeroinitializer, section "zz.section", comdat($zz.group)
@zz.text = private constant [9 x i8] c"unrelated"
@zz.alias = alias i8, getelementptr (i8, ptr @zz.text, i64 3)
declare !zz.first !99997 void @zz.declared(ptr byval(%zz.type)) #99998
define fp128 @zz.function(fp128 %x, ptr swiftself %p) #99999 !zz.first !99999 {
  %y = load atomic i64, ptr %p syncscope("zz.scope") acquire, align 8, !zz.second !99998
  call void @zz.declared(ptr byval(%zz.type) @zz.variable) #99999
    [ "zz.tag"(i64 -1234567, ptr @zz.text) ], !srcloc !99998
  ret fp128 %x
}
attributes #99998 = { "zz.key"="zz.value" }
attributes #99999 = { memory(inaccessiblemem: read) uwtable "zz.key" }
!99997 = distinct !{!99997, !99998}
!99998 = !{!"zz.string", i37 5, !99999}
!99999 = !{ptr @zz.variable, half 0xH4200}
`

// programs gives real programs: those of testdata compiled in several ways, and what scripts/workloads.sh has built.
func programs(t *testing.T, use func(t *testing.T, path string)) {
	compilePrograms(t, newest, func(t *testing.T, _ string, _ []string, path string) { use(t, path) })
	for _, name := range []string{"bzip2", "cxx", "lua", "xmlwf"} {
		path := "../../.build/workloads/" + name + ".bc"
		if _, err := os.Stat(path); err != nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			use(t, path)
		})
	}
}

// TestDigestStaysTheSame edits real programs around their definitions.
func TestDigestStaysTheSame(t *testing.T) {
	dis, as := tool(t, newest, "llvm-dis"), tool(t, newest, "llvm-as")
	programs(t, func(t *testing.T, path string) {
		text, _, _ := strings.Cut(command(t, dis, path, "-o", "-"), "\n^0 = ") // without the summary
		digests := func(text string) map[string]string {
			m, err := parse(t, as, text)
			if err != nil {
				t.Fatal(err)
			}
			return named(t, m)
		}
		before := digests(text) // the attributes of intrinsics in the file may be others than those in textual IR
		for what, edit := range map[string]func(string) string{"more": addUnrelated, "reversed": reverseFunctions} {
			after, same := digests(edit(text)), 0
			for name, print := range before {
				if after[name] == print {
					same++
				} else {
					t.Errorf("%s: the digest of %s changes", what, name)
				}
			}
			t.Logf("%s: %d of %d digests stay the same", what, same, len(before))
		}
	})
}

// named are, by name, the digests of what a module defines and the environment, with the names of what they mention.
func named(t *testing.T, m *Module) map[string]string {
	environment, err := m.Environment()
	if err != nil {
		t.Fatal(err)
	}
	prints := map[string]string{"the environment": fmt.Sprintf("%x", environment)}
	for _, s := range m.symbols {
		if d, err := s.Digest(); err == nil && s.Name != "" {
			prints[s.Name] = fmt.Sprintf("%x %q", d.Hash, namesOf(d.Refs))
		}
	}
	return prints
}

func addUnrelated(text string) string {
	at := strings.Index(text, "\ntarget triple")
	at += 1 + strings.Index(text[at+1:], "\n")
	return text[:at] + unrelated + text[at:]
}

func reverseFunctions(text string) string {
	var functions, rest []string
	for text != "" {
		start := strings.Index(text, "\ndefine ")
		if start < 0 {
			break
		}
		end := start + strings.Index(text[start:], "\n}\n") + 2
		rest = append(rest, text[:start])
		functions = append(functions, text[start:end])
		text = text[end:]
	}
	slices.Reverse(functions)
	return strings.Join(rest, "") + text + strings.Join(functions, "") + "\n"
}

// TestDigestOfEditedSource compiles a program with debug information, and then again with more lines and another
// function above all others.
func TestDigestOfEditedSource(t *testing.T) {
	clang := tool(t, newest, "clang")
	for source, more := range map[string]string{
		"program.c": "struct zz { long a; char b[7]; };\n\n\n" +
			"long zz(struct zz *z, float f) { return z->b[3] + (long)(f * 3.25f); }\n",
		"program.cpp": "\n\n\nstruct zz { virtual ~zz() {} int a; };\nint use_zz(zz *z) { delete z; throw 7; }\n",
	} {
		for _, level := range []string{"-O0", "-O2"} {
			dir := t.TempDir()
			digests := func(text string) map[string]string {
				path := filepath.Join(dir, source)
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				command(t, clang, level, "-g", "-w", "-c", "-emit-llvm", path, "-o", path+".bc")
				return named(t, read(t, path, load(t, path+".bc")).Modules[0])
			}
			text := string(load(t, "testdata/"+source))
			before, after := digests(text), digests(more+text)
			for name, print := range before {
				if after[name] != print {
					t.Errorf("%s %s: the digest of %s changes", source, level, name)
				}
			}
		}
	}
}
