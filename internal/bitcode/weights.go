package bitcode

import "sync"

// moduleWeights are the branch weights that stand in a module's metadata, read when first needed.
type moduleWeights struct {
	at   []place
	once sync.Once
}

// place is where a block's head continues behind the block's id.
type place struct {
	pos, limit uint64 // bits
}
