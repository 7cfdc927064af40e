// The resolver with delays: threads wait where they might lose the processor, as long as a test wants it.
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

static atomic_uint arrived[2], yields[2];
static atomic_bool shut[2];

static void delay(int where) {
  unsigned n = atomic_fetch_add(&arrived[where], 1);
  while (atomic_load(&shut[where]))
    sched_yield();
  for (unsigned i = n * 2654435761u % (atomic_load(&yields[where]) + 1); i > 0; i--)
    sched_yield();
}

#define ORCAST_DELAY(where) delay(where)
#include "../resolver.c"

// Has threads that come to a place wait there until it is opened.
void orcast_shut(int where, _Bool now) { atomic_store(&shut[where], now); }

// How many threads have come to a place.
unsigned orcast_arrived(int where) { return atomic_load(&arrived[where]); }

// Has threads yield the processor at a place: each as often as a hash of its number there says, up to a limit.
void orcast_yields(int where, unsigned most) { atomic_store(&yields[where], most); }
