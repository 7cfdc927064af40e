package irgen

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// Driver is the text in C of what calls the tests of a module: to be compiled once, and linked with every module.
//
//go:embed testdata/driver.c
var Driver string

// Test is a function that takes inputs from memory and writes outputs there, and what it calls.
type Test struct {
	Name     string
	Text     string   // definitions of functions and variables in LLVM IR; the function called Name is the test
	Record   []uint32 // the choices by which it was made, if by lot
	declares []string
	inputs   []byte // tuples of them, one after the other, in cells of 16 bytes
	tuples   int
	layout   string // of the outputs: a letter a cell, i for bytes, f, d and x for floats of 32, 64 and 80 bits
}

// Module is a program of tests.
type Module struct{ Tests []*Test }

const target = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
`

// String returns the module as text: the tests and a table of them, with which main calls the driver.
func (m Module) String() string {
	var b, table strings.Builder
	b.WriteString(target)
	b.WriteString(variables())
	inputs := map[string]int{}
	declares := map[string]bool{"declare i32 @drive(i32, ptr, ptr, i32)": true}
	for i, t := range m.Tests {
		data, ok := inputs[string(t.inputs)]
		if !ok {
			data = len(inputs)
			inputs[string(t.inputs)] = data
			fmt.Fprintf(&b, "@inputs.%d = private constant [%d x i8] c\"%s\", align 16\n", data, len(t.inputs),
				quote(t.inputs))
		}
		fmt.Fprintf(&b, "@name.%d = private constant [%d x i8] c\"%s\\00\"\n", i, len(t.Name)+1, t.Name)
		fmt.Fprintf(&b, "@layout.%d = private constant [%d x i8] c\"%s\\00\"\n", i, len(t.layout)+1, t.layout)
		size := 0
		if t.tuples > 0 {
			size = len(t.inputs) / t.tuples
		}
		fmt.Fprintf(&table, "  %%test { ptr @name.%d, ptr @%s, ptr @inputs.%d, ptr @layout.%d, i32 %d, i32 %d },\n",
			i, t.Name, data, i, t.tuples, size)
		for _, d := range t.declares {
			declares[d] = true
		}
	}
	fmt.Fprintf(&b, "%%test = type { ptr, ptr, ptr, ptr, i32, i32 }\n@tests = private constant [%d x %%test] [\n%s]\n",
		len(m.Tests), strings.TrimSuffix(table.String(), ",\n")+"\n")
	fmt.Fprintf(&b, "define i32 @main(i32 %%argc, ptr %%argv) {\n"+
		"  %%failed = call i32 @drive(i32 %%argc, ptr %%argv, ptr @tests, i32 %d)\n  ret i32 %%failed\n}\n",
		len(m.Tests))
	for _, t := range m.Tests {
		b.WriteString(t.Text)
	}
	for _, d := range slices.Sorted(mapKeys(declares)) {
		b.WriteString(d + "\n")
	}
	return b.String()
}

// variables are those that tests share.
func variables() string {
	numbers := make([]byte, 256)
	for i := range numbers {
		numbers[i] = byte(i*37 + 11)
	}
	return fmt.Sprintf("@scratch = internal global [128 x i8] zeroinitializer, align 16\n"+
		"@numbers = internal constant [%d x i8] c\"%s\", align 16\n", len(numbers), quote(numbers))
}

func mapKeys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func quote(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		fmt.Fprintf(&b, "\\%02X", c)
	}
	return b.String()
}
