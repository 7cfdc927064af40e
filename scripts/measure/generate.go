package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
)

// generate writes a module of so many small functions, of which main calls so many at even distances, and gives its
// workload's name.
func generate(defined, called int) (string, error) {
	name := fmt.Sprintf("linear-%d-of-%d", called, defined)
	var text bytes.Buffer
	text.WriteString("target datalayout = \"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128\"\n")
	text.WriteString("target triple = \"x86_64-pc-linux-gnu\"\n")
	for i := range defined {
		fmt.Fprintf(&text, `define i32 @f%d(i32 %%x) {
  %%odd = and i32 %%x, 1
  %%is = icmp eq i32 %%odd, 0
  br i1 %%is, label %%even, label %%other
even:
  %%half = lshr i32 %%x, 1
  ret i32 %%half
other:
  %%three = mul i32 %%x, 3
  %%next = add i32 %%three, %d
  ret i32 %%next
}
`, i, i)
	}
	text.WriteString("define i32 @main() {\n  %v0 = add i32 27, 0\n")
	for i := range called {
		fmt.Fprintf(&text, "  %%v%d = call i32 @f%d(i32 %%v%d)\n", i+1, i*(defined/called), i)
	}
	fmt.Fprintf(&text, "  %%status = and i32 %%v%d, 63\n  ret i32 %%status\n}\n", called)
	source := workloads + name + ".ll"
	if err := os.WriteFile(source, text.Bytes(), 0o666); err != nil {
		return "", err
	}
	if output, err := exec.Command("llvm-as-22", source, "-o", workloads+name+".bc").CombinedOutput(); err != nil {
		return "", fmt.Errorf("llvm-as-22: %w\n%s", err, output)
	}
	return name, nil
}
