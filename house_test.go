package orcast_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const modulePath = "github.com/orcast/orcast"

// house reads the list of packages in docs/architecture.md: the line of each by its folder, "." for the root.
func house(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "## The house")
	list, _, _ = strings.Cut(list, "Two decisions")
	floors := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^ {4,6}(\S+)( \(root\))? `).FindAllStringSubmatch(list, -1) {
		if m[2] != "" {
			m[1] = "."
		}
		floors[m[1]] = len(floors)
	}
	return floors
}

// roomOf is the line that a package belongs to: its own, or that of the nearest folder that has one.
func roomOf(floors map[string]int, folder string) (room string, ok bool) {
	for room = folder; room != "."; room = filepath.Dir(room) {
		if _, ok := floors[room]; ok {
			return room, true
		}
	}
	return ".", folder == "."
}

func folderOf(path string) (folder string, ours bool) {
	rest, ours := strings.CutPrefix(path, modulePath)
	if rest == "" {
		return ".", ours
	}
	return strings.TrimPrefix(rest, "/"), ours
}

// TestImportsPointDownwards: a package imports only what stands below it in the list of docs/architecture.md, which has
// all.
func TestImportsPointDownwards(t *testing.T) {
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list, err)
	}
	floors := house(t)
	if len(floors) < 20 {
		t.Fatalf("docs/architecture.md lists only %d packages", len(floors))
	}
	for line := range strings.Lines(string(out)) {
		paths := strings.Fields(line)
		from, _ := folderOf(paths[0])
		room, ok := roomOf(floors, from)
		if !ok {
			t.Errorf("%s is not in the list of docs/architecture.md: add it below all that import it and above all "+
				"that it imports", from)
			continue
		}
		for _, path := range paths[1:] {
			to, ours := folderOf(path)
			if !ours {
				continue
			}
			if other, ok := roomOf(floors, to); ok && floors[other] <= floors[room] && other != room {
				t.Errorf("%s imports %s, which stands above it in docs/architecture.md", from, to)
			}
		}
	}
}

// TestTheRootIsAFace: files of the root package start no goroutine and have no lock but Engine's.
func TestTheRootIsAFace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				return n.Name.Name != "Engine"
			case *ast.GoStmt:
				t.Errorf("%v: a goroutine is started", fset.Position(n.Pos()))
			case *ast.SelectorExpr:
				of, ok := n.X.(*ast.Ident)
				if n.Sel.Name == "Go" || ok && of.Name == "sync" {
					t.Errorf("%v: %s is used", fset.Position(n.Pos()), n.Sel.Name)
				}
			}
			return true
		})
	}
}
