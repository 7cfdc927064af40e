// Package parallel spreads work over the processors.
//
// Rule: it knows nothing of the work.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls f for 0 to n-1 on as many goroutines as can run, and returns when all calls have.
func For(n int, f func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	group.Wait()
}
