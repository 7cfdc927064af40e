// The executor: the process that runs the program. It is this same binary, started again by the compiler
// with ORCAST_EXECUTOR in its environment, and never reaches Go's runtime, so
// the program finds signals, threads, exit and fork as a native one would.
#ifndef ORCAST_EXECUTOR_H
#define ORCAST_EXECUTOR_H

#include "region.h"

#include <stddef.h>

#define ORCAST_ENVIRONMENT "ORCAST_EXECUTOR"
#define ORCAST_REGION_FD 3
#define ORCAST_SOCKET_FD 4

// Requests on the socket: a header, then length bytes. Each but the last two is answered by a header and its bytes.
enum orcast_request {
  // path of a shared library -> what dlerror said, empty on success
  ORCAST_LOAD = 1,
  // repeated: one byte (1 for thread-local), name, NUL -> two words each: address and 0; for thread-local ones
  // offset and TLS module; 0 and 0 if not found
  ORCAST_RESOLVE,
  // path of a shared library that holds the program's thread-local image -> one word, its TLS module, 0 on failure
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

// The shared region, mapped at its target address. Set once before the program starts.
extern struct orcast_header *orcast_region;

// The resolver's address goes into the region's header.
void orcast_resolver(void);
// The definition of a symbol in this process: its library's path and load address as the executor reports them, and
// the symbol's address; version is "" for the default one. 0 if there is none.
int orcast_own_symbol(const char *name, const char *version, const char **path, uint64_t *base, uint64_t *address);
// Makes libraries use the program's definitions; see ORCAST_INTERPOSE.
void orcast_interpose(const char *bytes, size_t length);
// Address of a symbol that static libraries would give to a native program, or NULL.
void *orcast_static_symbol(const char *name);

#endif
