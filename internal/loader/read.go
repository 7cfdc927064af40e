package loader

import (
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// Read reads the inputs of a run and links them by symbol. Memory has inputs that are no files, by name; entry is the
// function to start, "" for none.
func Read(inputs, libraries []string, entry string, memory map[string][]byte) (*program.Program, error) {
	reader := program.Reader{ParseIR: llvm.ParseIR, Memory: memory, Lasting: stub.Waiting()}
	return reader.Load(inputs, libraries, entry)
}

// ReadAny is Read for inputs that may be those of a library: without an entry it is main, if there is one.
func ReadAny(inputs, libraries []string, entry string) (*program.Program, error) {
	if entry != "" {
		return Read(inputs, libraries, entry, nil)
	}
	p, err := Read(inputs, libraries, "main", nil)
	if err != nil {
		if p, err := Read(inputs, libraries, "", nil); err == nil {
			return p, nil
		}
	}
	return p, err
}
