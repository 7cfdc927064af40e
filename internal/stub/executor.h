// The executor: the process that runs the program. It never reaches Go's runtime, so the program finds signals,
// threads, exit and fork as a native one would. There are two kinds:
//
//   - The process that was started as "orcast run". It makes the compiler from itself before Go begins, and becomes the
//     program when the compiler says so (start.c).
//   - A child of a Go host that calls Run: the same binary, started again with ORCAST_EXECUTOR in its environment.
//
// A host that calls what it compiles is its own executor: the same C, reached through cgo and not a socket.
#ifndef ORCAST_EXECUTOR_H
#define ORCAST_EXECUTOR_H

#include "region.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

#define ORCAST_ENVIRONMENT "ORCAST_EXECUTOR"
#define ORCAST_SOCKET_FD 3 // in a child of a host

// Exit status of orcast's own failures.
#define ORCAST_FAILURE 125

// What the timer slack of this process was in ns, if it has another now; otherwise 0.
extern unsigned long orcast_timer_slack;

// What a compiler has of the process that it was made from, which waits to become the program.
struct orcast_waiting {
  int socket; // -1 if there is no such process
  int said;   // the memory file that this process has as standard error: the other one passes on what is in it
  int error;  // the standard error that the command was given, -1 if it was closed
  int pid_fd; // of that process, -1 if the kernel has none
};
extern struct orcast_waiting orcast_waiting;

// Gives up what a compiler shares with the program by inheritance: descriptors, working directory.
void orcast_let_go(void);

// Requests on the socket: a header, then length bytes. A descriptor may come with it.
enum orcast_request {
  // path of a shared library, or its descriptor -> what dlerror said, empty on success
  ORCAST_LOAD = 1,
  // repeated: one byte (1 for thread-local), name, NUL -> three words each: address, 0 and 0; for thread-local ones
  // offset, TLS module and distance from the thread pointer; all 0 if not found
  ORCAST_RESOLVE,
  // the descriptor of a shared library; orcast_join; repeated: name, NUL -> 0 and what dlerror said, or words: the
  // library's handle, its TLS module (0 if it has none), its distance from the thread pointer; for each name where its
  // copy is, ORCAST_FUNCTION_FOUND if it is a function, 0 if it is neither
  ORCAST_JOIN,
  // words: TLS module, 1 if this thread has a block of it already, otherwise 0; repeated: offset into the module's
  // image, what stands there -> nothing
  ORCAST_TLS_WORDS,
  // nothing -> for each loaded library: one word, its load address; path, NUL (empty for the executable)
  ORCAST_LIBRARIES,
  // The rest is not answered.
  // repeated: one word, the address of a definition of the program's; its name, NUL
  ORCAST_INTERPOSE,
  // one word: for how many bytes of static thread-local storage, which the C library sets aside when a process starts,
  // this process is to start itself again. To come before all else.
  ORCAST_RESTART,
  // the region's descriptor; one word, how many of the last arguments of this process are the program's; argv[0], NUL
  ORCAST_PREPARE,
  // words: entry, n, n constructors, n, n destructors, n, n pairs (ifunc's function number, its resolver's stub)
  ORCAST_RUN,
  // one word: the status to exit with instead of running a program
  ORCAST_EXIT,
};

// A library that stands for the program: its names and its thread-local image. The names that follow are those of
// variables of libraries that the program is to have copies of.
struct orcast_join {
  uint64_t global;           // whether other libraries see it
  uint64_t tls_static;       // whether its image has one distance from the thread pointer in all threads
  uint64_t space, space_end; // for copies
};
enum { ORCAST_FUNCTION_FOUND = 1 };

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

// Makes the calling thread the region's server, and says that nobody is. word is header.server where the thread can
// write it.
void orcast_serve(uint32_t *word);
void orcast_serve_no_more(uint32_t *word);
// Whether somebody compiles what is called.
int orcast_served(const struct orcast_header *h);
// Sleeps while word has this value; 0 if it still has but nobody serves the region any more.
int orcast_wait(const struct orcast_header *h, const uint32_t *word, uint32_t value);

// Main of an executor: answers what comes by the socket, and becomes the program.
int orcast_execute(int argc, char **argv, char **envp);
// Set before that.
extern int orcast_socket;
// What a process that was started as "orcast run" does last of all when it exits as the program.
void orcast_leave(int status, void *unused);
// Starts this process again; see ORCAST_RESTART.
_Noreturn void orcast_restart(uint64_t bytes);
// Keeps the command line of a process that was started as "orcast run", for a program that executes itself.
void orcast_note_command(int argc, char **argv);
// Replaces a descriptor by a higher one, for native programs find their first free one at 3.
int orcast_move_descriptor(int fd);
// Ends the process before it is the program, with a message that tells errno.
_Noreturn void orcast_fail(const char *what);

// Keeps the addresses of a region from being used for anything else; 0 and errno if some are in use.
int orcast_reserve(const struct orcast_header *h);
// Gives reserved addresses back.
void orcast_release(const struct orcast_header *h);
// Maps the zones of a region, whose addresses are reserved or free, and returns its header as the program sees it, or
// NULL and errno.
struct orcast_header *orcast_map(const struct orcast_header *h, int fd, int reserved);
// Unmaps the zones; the addresses stay reserved, so that a late call of the program's code faults.
void orcast_unmap(const struct orcast_header *h);
// The mapped region which has this address between its control and zero zone, or NULL. Takes no lock.
struct orcast_header *orcast_region_of(uintptr_t address);

// The first mapped region from number *i on, which becomes its number, or NULL. Takes no lock.
struct orcast_header *orcast_region(unsigned *i);

// __cxa_thread_atexit for a program that may be unmapped before the thread ends: its object is then left alone.
int orcast_thread_atexit(void (*destroy)(void *), void *object, void *dso);

// The resolver's address goes into the region's header.
void orcast_resolver(void);
// Answers a request up to ORCAST_LIBRARIES about this process. bytes end with a NUL that length does not count.
struct orcast_bytes orcast_answer(struct orcast_header *h, uint32_t kind, const char *file, const char *bytes,
                                  uint32_t length);
// Settles ifuncs, registers the destructors and runs the constructors that an ORCAST_RUN names, which has to live until
// the destructors have run.
void orcast_begin(struct orcast_header *h, const uint64_t *words, int argc, char **argv);
// The definition of a symbol in this process: its library's path and load address as the executor reports them, and
// the symbol's address; version is "" for the default one. 0 if there is none.
int orcast_own_symbol(const char *name, const char *version, const char **path, uint64_t *base, uint64_t *address);
// Makes libraries use the program's definitions; see ORCAST_INTERPOSE.
void orcast_interpose(const char *bytes, size_t length);
// The same for libraries that have been loaded since.
void orcast_interpose_late(void);
// Has the children of this process find no library half bound. It is called once, before anybody else registers what
// is to be run when the process forks.
void orcast_fork_unbinding(void);
// Says of which variables copies are to be made, in which space, when the next library is loaded that calls
// orcast_make_copies; result has a word for each of the names, as ORCAST_JOIN answers it.
void orcast_want_copies(const struct orcast_join *j, const char *names, size_t length, uint64_t *result);
// The program's copy of a variable, or the variable itself.
void *orcast_copy_of(void *variable);
// Called by the C library in the midst of loading: libraries are relocated, their constructors have not run.
void *orcast_make_copies(void);
// Runs what a region's program has registered to be run at its end, last first: atexit's functions, destructors.
void orcast_end(struct orcast_header *h);
// The command line of this process.
extern int orcast_argc;
extern char **orcast_argv;
// The library that stands for the program, NULL if it has none: what libraries loaded later see of the program.
extern void *orcast_program;
// What is there in place of dladdr and dl_iterate_phdr.
int orcast_dladdr(const void *address, Dl_info *info);
int orcast_dladdr1(const void *address, Dl_info *info, void **extra, int flags);
int orcast_dl_iterate_phdr(int (*visit)(struct dl_phdr_info *, size_t, void *), void *arg);
// dlopen and its kin for the program.
void *orcast_dlopen(const char *path, int mode);
void *orcast_dlmopen(long space, const char *path, int mode);
void *orcast_dlsym(void *handle, const char *name);
void *orcast_dlvsym(void *handle, const char *name, const char *version);
// Address of a symbol that static libraries would give to a native program, or NULL.
void *orcast_static_symbol(const char *name);
// Address of a symbol that means something else to the program of this region than to others, or NULL.
void *orcast_symbol_of_region(struct orcast_header *h, const char *name);

#endif
