// The memory that a compiler and the program it compiles for share.
//
// One memfd backs all zones but the last two. The compiler maps it writable and never executable; the
// program maps each zone as the table says. An object therefore has a working address (where the
// compiler writes it) and a target address (where the program uses it).
//
//   zone     in the program        holds
//   control  rw, shared            this header, function table, first-call log, unwind index, texts, slots
//   stubs    rx, shared            16 bytes a function, and room to align some
//   code     rx, shared            bodies, module assembly, JITLink's PLT
//   ro       r,  shared            constants of bodies, GOT, unwinding tables
//   data     rw, private           variables with contents (copied on write, so fork behaves)
//   zero     rw, private           small zero-filled variables; not in the memfd
//   far      rw, private           large zero-filled variables, beyond the reach of a 32-bit offset
//
// Control to zero span less than 2 GiB, so that code reaches all of it with 32-bit offsets. Nothing else lies
// between control and the end of far.
//
// A process that calls what it compiles has both mappings: still, no page is writable and executable in either.
//
// # Bodies and slots
//
// A function may get a body more than once: a better one takes the place of the first. Old bodies stay where they are,
// for threads may be in them. Three words of a function and its slot say where calls go, and these rules who writes
// them:
//
//   - The compiler publishes: it writes body, then ready, then, if called is set, slot. It publishes the bodies of one
//     function one after the other. The start of the program does the same in its place for an ifunc.
//   - A slot begins with the second half of its stub, orcast_unresolved. A thread in the resolver sets called, then
//     reads body, and may exchange that for this initial value and for nothing else. From then on only the compiler
//     writes it.
//
// So a slot never goes back to an older body. Either the compiler sees called and writes the slot, after which no
// exchange succeeds; or it does not, and then whoever sets called reads the new body afterwards: the compiler writes
// body before it reads called, the program writes called before it reads body, all of them sequentially consistent.
#ifndef ORCAST_REGION_H
#define ORCAST_REGION_H

#include <stdint.h>

#define ORCAST_MAGIC 0x317473616372306fULL
#define ORCAST_STUB_SIZE 16
#define ORCAST_STUB_JUMP 6 // bytes of the jump through the slot, with which a stub begins
// Where far begins at the least: an address that is less than this above base is in one of the other zones, or unused.
#define ORCAST_NEAR (1ULL << 31)
// Code of one unit begins on a granule of its own; unwinding finds a unit by granule.
#define ORCAST_GRANULE 64
// Room for texts that the program writes to standard error for the compiler: bytes, each text ending with a NUL.
#define ORCAST_TEXTS 65536

enum orcast_zone_id {
  ORCAST_CONTROL,
  ORCAST_STUBS,
  ORCAST_CODE,
  ORCAST_RO,
  ORCAST_DATA,
  ORCAST_ZERO,
  ORCAST_FAR,
  ORCAST_ZONES
};

struct orcast_zone {
  uint64_t offset; // from base; for all but zero and far also the offset in the memfd
  uint64_t size;   // bytes, a multiple of the page size
};

enum orcast_readiness {
  ORCAST_READY = 1,
  ORCAST_FAILED, // body is the target address of a text which says why
};

// A function's entry. The compiler writes body and ready; the program writes called.
struct orcast_func {
  uint64_t body;   // target address of the newest code, 0 until ready
  uint32_t ready;  // futex: 0, then an orcast_readiness
  uint32_t called; // 0, then 1 by whoever makes the first call
};

// An entry of the first-call log, which only grows: one entry a function.
struct orcast_call {
  uint32_t func;    // function number + 1, written last; 0 while the entry is being written
  uint32_t stalled; // 1 if the body was not ready
  uint64_t enter;   // CLOCK_MONOTONIC, ns
  uint64_t leave;   // the same; 0 while the caller waits
};

// Where the unwinding tables of one linked object are (target addresses).
struct orcast_unit {
  uint64_t eh_frame;
  uint64_t eh_frame_size;
};

// What the log's reader is at, and the futex bitset of whoever sleeps on log_wake meanwhile: the reader itself, or its
// stand-in, which only a thread that stalls wakes. A reader that looks again and again needs no waking.
enum { ORCAST_READER_LOOKS = 0, ORCAST_READER_SLEEPS = 1, ORCAST_READER_WORKS = 2 };

// The server of a region that has none yet, which no thread has as its number.
#define ORCAST_SERVER_TO_COME 0x3fffffff

// How far a program is that ends by exit in a process that the compiler did not start. It says so and waits until the
// compiler has kept and written all that is to be there when the end is seen.
enum orcast_farewell { ORCAST_STAYS, ORCAST_LEAVING, ORCAST_RELEASED };

struct orcast_header {
  uint64_t magic;
  uint64_t base; // target address of offset 0
  struct orcast_zone zones[ORCAST_ZONES];
  // Offsets of the tables inside the control zone.
  uint64_t funcs, log, granules, units, texts, slots;
  uint32_t nfuncs;
  uint32_t hosted; // 1 if the program runs in the compiler's own process
  // A robust futex (set_robust_list(2)): the thread that compiles what is demanded, by its number in its own namespace.
  // The kernel sets FUTEX_OWNER_DIED and clears the number when that thread ends in whatever way.
  uint32_t server;
  // Written by the compiler: 1 while the C library loads the program's libraries. Nothing can be compiled until it has,
  // so a constructor of theirs that calls a function of the program would wait for ever.
  uint32_t loading;
  uint64_t resolver; // target address, written by the program when it starts
  uint64_t copier;   // the same of orcast_make_copies
  uint64_t serial;   // tells apart regions that a process maps in one place one after the other; written like resolver

  // Written by the program, read by the compiler.
  uint32_t log_tail;         // entries reserved in the log
  uint32_t log_wake;         // futex: counts entries that are complete
  uint32_t reader;           // what the log's reader is at
  uint32_t stalls;
  uint64_t stall_ns;     // sum over all threads
  uint64_t stall_max_ns; // longest single wait

  // The program writes status and peak, then farewell = ORCAST_LEAVING; the compiler then status and last_words, then
  // farewell = ORCAST_RELEASED.
  uint32_t farewell; // futex: an orcast_farewell
  uint32_t status;   // to exit with
  uint64_t peak;     // of resident memory, in bytes
  uint64_t last_words; // target address of a text for standard error, 0 if there is nothing to say
};

// Says whether a slot leads to where it does until its function has been called: to the second half of the stub. Other
// addresses in the stubs, to which a slot of an ifunc may lead, are beginnings of stubs.
static inline int orcast_unresolved(const struct orcast_header *h, uint64_t leads) {
  uint64_t at = leads - h->base - h->zones[ORCAST_STUBS].offset;
  return at < h->zones[ORCAST_STUBS].size && at % ORCAST_STUB_SIZE == ORCAST_STUB_JUMP;
}

// Points a function's slot at a body unless it leads to one already, and returns where it leads.
static inline uint64_t orcast_resolve(struct orcast_header *h, uint32_t id, uint64_t body) {
  uint64_t *slot = (uint64_t *)((char *)h + h->slots) + id;
  uint64_t leads = __atomic_load_n(slot, __ATOMIC_SEQ_CST);
  if (orcast_unresolved(h, leads) &&
      __atomic_compare_exchange_n(slot, &leads, body, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
    return body;
  return leads;
}

#endif
