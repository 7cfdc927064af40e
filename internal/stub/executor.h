// The executor: the process that runs the program. It is this same binary, started again by the compiler
// with ORCAST_EXECUTOR in its environment, and never reaches Go's runtime, so
// the program finds signals, threads, exit and fork as a native one would.
//
// A host that calls what it compiles is its own executor: the same C, reached through cgo and not a socket.
#ifndef ORCAST_EXECUTOR_H
#define ORCAST_EXECUTOR_H

#include "region.h"

#include <stddef.h>

#define ORCAST_ENVIRONMENT "ORCAST_EXECUTOR"

// What the timer slack of this process was in ns, if it has another now; otherwise 0.
extern unsigned long orcast_timer_slack;

#define ORCAST_REGION_FD 3
#define ORCAST_SOCKET_FD 4

// Requests on the socket: a header, then length bytes. Each but the last two is answered by a header and its bytes.
enum orcast_request {
  // path of a shared library -> what dlerror said, empty on success
  ORCAST_LOAD = 1,
  // repeated: one byte (1 for thread-local), name, NUL -> two words each: address and 0; for thread-local ones
  // offset and TLS module; 0 and 0 if not found
  ORCAST_RESOLVE,
  // path of a shared library that holds the program's thread-local image -> two words: its TLS module, 0 on failure,
  // and its handle for dlclose
  ORCAST_TLS,
  // nothing -> for each loaded library: one word, its load address; path, NUL (empty for the executable)
  ORCAST_LIBRARIES,
  // repeated: one word, the address of a definition of the program's; its name, NUL. Not answered.
  ORCAST_INTERPOSE,
  // words: entry, n, n constructors, n, n destructors, n, n pairs (ifunc's function number, its resolver's stub)
  ORCAST_RUN,
};

struct orcast_message {
  uint32_t kind;
  uint32_t length;
};

// Answer to a request; bytes come from malloc.
struct orcast_bytes {
  char *bytes;
  size_t length;
};

// How many regions a process can have mapped at a time.
#define ORCAST_MAX_REGIONS 1024

// Keeps the addresses of a region from being used for anything else; 0 and errno if some are in use.
int orcast_reserve(const struct orcast_header *h);
// Gives reserved addresses back.
void orcast_release(const struct orcast_header *h);
// Maps the zones of a region whose addresses are reserved and returns its header as the program sees it, or NULL
// and errno.
struct orcast_header *orcast_map(const struct orcast_header *h, int fd);
// Unmaps the zones; the addresses stay reserved, so that a late call of the program's code faults.
void orcast_unmap(const struct orcast_header *h);
// The mapped region which has this address between its control and zero zone, or NULL. Takes no lock.
struct orcast_header *orcast_region_of(uintptr_t address);

// __cxa_thread_atexit for a program that may be unmapped before the thread ends: its object is then left alone.
int orcast_thread_atexit(void (*destroy)(void *), void *object, void *dso);

// The resolver's address goes into the region's header.
void orcast_resolver(void);
// Answers a request up to ORCAST_LIBRARIES about this process. bytes end with a NUL that length does not count.
struct orcast_bytes orcast_answer(struct orcast_header *h, uint32_t kind, const char *bytes, uint32_t length);
// Settles ifuncs, registers the destructors and runs the constructors that an ORCAST_RUN names, which has to live until
// the destructors have run.
void orcast_begin(struct orcast_header *h, const uint64_t *words, int argc, char **argv);
// The definition of a symbol in this process: its library's path and load address as the executor reports them, and
// the symbol's address; version is "" for the default one. 0 if there is none.
int orcast_own_symbol(const char *name, const char *version, const char **path, uint64_t *base, uint64_t *address);
// Makes libraries use the program's definitions; see ORCAST_INTERPOSE.
void orcast_interpose(const char *bytes, size_t length);
// Runs what a region's program has registered to be run at its end, last first: atexit's functions, destructors.
void orcast_end(struct orcast_header *h);
// The command line of this process.
extern int orcast_argc;
extern char **orcast_argv;
// Address of a symbol that static libraries would give to a native program, or NULL.
void *orcast_static_symbol(const char *name);
// Address of a symbol that means something else to the program of this region than to others, or NULL.
void *orcast_symbol_of_region(struct orcast_header *h, const char *name);

#endif
