// Filter embeds Orcast as a query engine would: it compiles a filter that the user gives into a loop over columns, and
// calls it with the columns' memory. It sets no option and gets a compiler that works ahead.
//
//	go run ./examples/filter 'price < 20 and stock >= 3'
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/orcast/orcast"
)

// The table. Columns are of 64-bit integers.
var columns = []string{"price", "stock", "year"}

var rows = [][]int64{
	{12, 25, 7, 31, 18},
	{4, 9, 0, 2, 3},
	{2021, 2019, 2024, 2020, 2024},
}

func main() {
	query := "price < 20 and stock >= 3"
	if len(os.Args) > 1 {
		query = strings.Join(os.Args[1:], " ")
	}
	if err := run(query); err != nil {
		fmt.Fprintln(os.Stderr, "filter:", err)
		os.Exit(1)
	}
}

func run(query string) error {
	ir, err := compile(query)
	if err != nil {
		return err
	}
	engine, err := orcast.New(orcast.Options{})
	if err != nil {
		return err
	}
	defer engine.Close()
	if err := engine.AddModule("query", []byte(ir)); err != nil {
		return err
	}
	f, err := engine.Lookup("count")
	if err != nil {
		return err
	}
	var count func(price, stock, year *int64, n int64) int64
	if err := f.Bind(&count); err != nil {
		return err
	}
	n := count(&rows[0][0], &rows[1][0], &rows[2][0], int64(len(rows[0])))
	fmt.Printf("%d of %d rows have %s\n", n, len(rows[0]), query)
	stats := engine.Stats()
	fmt.Fprintf(os.Stderr, "%d functions compiled, %d of them called\n", stats.Compiled, stats.Called)
	return nil
}

var comparisons = map[string]string{"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge", "=": "eq", "!=": "ne"}

// compile turns "COLUMN OPERATOR NUMBER and ..." into textual IR: a function for each condition and one that counts the
// rows for which all hold.
func compile(query string) (string, error) {
	var ir, conditions strings.Builder
	all := "true"
	for i, condition := range strings.Split(query, " and ") {
		words := strings.Fields(condition)
		if len(words) != 3 {
			return "", fmt.Errorf("%q is not of the form COLUMN OPERATOR NUMBER", condition)
		}
		column := -1
		for c, name := range columns {
			if name == words[0] {
				column = c
			}
		}
		predicate, known := comparisons[words[1]]
		number, err := strconv.ParseInt(words[2], 10, 64)
		if column < 0 || !known || err != nil {
			return "", fmt.Errorf("%q: the columns are %v, the operators < <= > >= = !=", condition, columns)
		}
		fmt.Fprintf(&ir, "define i1 @condition%d(ptr %%column, i64 %%row) {\n"+
			"  %%p = getelementptr i64, ptr %%column, i64 %%row\n  %%v = load i64, ptr %%p\n"+
			"  %%holds = icmp %s i64 %%v, %d\n  ret i1 %%holds\n}\n", i, predicate, number)
		fmt.Fprintf(&conditions, "  %%holds%d = call i1 @condition%d(ptr %%c%d, i64 %%row)\n  %%all%d = and i1 %s, %%holds%d\n",
			i, i, column, i, all, i)
		all = fmt.Sprintf("%%all%d", i)
	}
	fmt.Fprintf(&ir, `define i64 @count(ptr %%c0, ptr %%c1, ptr %%c2, i64 %%n) {
entry:
  br label %%head
head:
  %%row = phi i64 [ 0, %%entry ], [ %%next, %%body ]
  %%found = phi i64 [ 0, %%entry ], [ %%more, %%body ]
  %%end = icmp eq i64 %%row, %%n
  br i1 %%end, label %%done, label %%body
body:
%s  %%one = zext i1 %s to i64
  %%more = add i64 %%found, %%one
  %%next = add i64 %%row, 1
  br label %%head
done:
  ret i64 %%found
}
`, conditions.String(), all)
	return ir.String(), nil
}
