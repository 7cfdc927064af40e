// Filter embeds Orcast as a query engine would: it compiles a filter that the user gives into a loop over columns, and
// calls it with the columns' memory. It sets no option and gets a compiler that works ahead.
//
//	go run ./examples/filter 'price < 20 and stock >= 3'
package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/orcast/orcast"
)

// The table, column by column, and the columns' names in the order in which the compiled function takes them.
var (
	price = []float64{12.5, 25, 7.99, 31, 18.2}
	stock = []int64{4, 9, 0, 2, 3}
	year  = []int64{2021, 2019, 2024, 2020, 2024}

	columns = []string{"price", "stock", "year"}
)

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
	var count func(price *float64, stock, year *int64, n int64) int64
	if err := f.Bind(&count); err != nil {
		return err
	}
	n := count(&price[0], &stock[0], &year[0], int64(len(price)))
	fmt.Printf("%d of %d rows have %s\n", n, len(price), query)
	stats := engine.Stats()
	fmt.Fprintf(os.Stderr, "%d functions compiled, %d of them called\n", stats.Compiled, stats.Called)
	return nil
}

// comparisons are LLVM's: of integers, and of floats, where only "not equal" holds of a NaN.
var comparisons = map[string][2]string{"<": {"slt", "olt"}, "<=": {"sle", "ole"}, ">": {"sgt", "ogt"},
	">=": {"sge", "oge"}, "=": {"eq", "oeq"}, "!=": {"ne", "une"}}

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
		column := slices.Index(columns, words[0])
		predicate, known := comparisons[words[1]]
		if column < 0 || !known {
			return "", fmt.Errorf("%q: the columns are %v, the operators < <= > >= = !=", condition, columns)
		}
		kind, compare, number := "i64", "icmp "+predicate[0], words[2]
		_, err := strconv.ParseInt(number, 10, 64)
		if words[0] == "price" {
			var x float64
			x, err = strconv.ParseFloat(number, 64)
			kind, compare, number = "double", "fcmp "+predicate[1], fmt.Sprintf("0x%016X", math.Float64bits(x))
		}
		if err != nil {
			return "", fmt.Errorf("%q: %w", condition, err)
		}
		fmt.Fprintf(&ir, "define i1 @condition%d(ptr %%column, i64 %%row) {\n"+
			"  %%p = getelementptr %s, ptr %%column, i64 %%row\n  %%v = load %s, ptr %%p\n"+
			"  %%holds = %s %s %%v, %s\n  ret i1 %%holds\n}\n", i, kind, kind, compare, kind, number)
		fmt.Fprintf(&conditions,
			"  %%holds%d = call i1 @condition%d(ptr %%c%d, i64 %%row)\n  %%all%d = and i1 %s, %%holds%d\n",
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
