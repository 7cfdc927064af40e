#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "executor.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef int (*main_function)(int, char **, char **);

static struct orcast_header *region; // the program's

int orcast_argc;
char **orcast_argv = (char *[]){NULL};

static _Noreturn void fail(const char *what) {
  dprintf(2, "orcast: the program's process cannot start: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static void read_all(int fd, void *to, size_t n) {
  for (char *p = to; n > 0;) {
    ssize_t r = read(fd, p, n);
    if (r == 0)
      _exit(125); // The compiler has ended; it has said why.
    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      fail("read");
    p += r, n -= (size_t)r;
  }
}

static void write_all(int fd, const void *from, size_t n) {
  for (const char *p = from; n > 0;) {
    ssize_t r = write(fd, p, n);
    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      _exit(125);
    p += r, n -= (size_t)r;
  }
}

static void reply(int fd, const void *bytes, size_t n) {
  struct orcast_message m = {0, (uint32_t)n};
  write_all(fd, &m, sizeof m);
  write_all(fd, bytes, n);
}

static void map_region(int fd) {
  struct orcast_header h;
  if (pread(fd, &h, sizeof h, 0) != sizeof h || h.magic != ORCAST_MAGIC) {
    errno = EINVAL;
    fail("reading the shared region (" ORCAST_ENVIRONMENT " is for orcast's own use)");
  }
  if (!orcast_reserve(&h) || !(region = orcast_map(&h, fd)))
    fail("mapping the shared region");
}

// Native programs find their first free descriptor at 3: move ours out of the way.
static int move_descriptor(int fd) {
  int high = fcntl(fd, F_DUPFD_CLOEXEC, 1000);
  if (high < 0)
    high = fcntl(fd, F_DUPFD_CLOEXEC, 200);
  if (high < 0)
    fail("moving a file descriptor");
  close(fd);
  return high;
}

static void name_process(const char *argv0) {
  const char *slash = strrchr(argv0, '/');
  prctl(PR_SET_NAME, slash ? slash + 1 : argv0);
}

static int execute(int argc, char **argv, char **envp) {
  int fd = move_descriptor(ORCAST_SOCKET_FD);
  if (argc > 0)
    name_process(argv[0]);
  for (;;) {
    struct orcast_message m;
    read_all(fd, &m, sizeof m);
    char *bytes = malloc((size_t)m.length + 1);
    if (!bytes)
      fail("memory");
    read_all(fd, bytes, m.length);
    bytes[m.length] = 0;
    if (m.kind == ORCAST_RUN) {
      orcast_begin(region, (const uint64_t *)bytes, argc, argv); // owns bytes from here on
      return ((main_function) * (const uint64_t *)bytes)(argc, argv, environ);
    }
    if (m.kind == ORCAST_INTERPOSE) {
      orcast_interpose(bytes, m.length);
    } else {
      struct orcast_bytes a = orcast_answer(region, m.kind, bytes, m.length);
      reply(fd, a.bytes, a.length);
      free(a.bytes);
    }
    free(bytes);
  }
}

typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static void no_constructors(void) {}

unsigned long orcast_timer_slack;

extern const char orcast_command __attribute__((weak)); // of package command

// Go's monitor of its scheduler wakes up every 20 us as long as cgo calls of more than that come one after the other, which
// is all that compile threads do. On two cores that takes some of their time. It has no other knob than the slack of its
// sleeps (prctl(2), PR_SET_TIMERSLACK), which threads inherit: nothing here needs finer timers.
static void be_patient(void) {
  const unsigned long patience = 2000000; // ns
  int slack = prctl(PR_GET_TIMERSLACK);
  if (&orcast_command && slack > 0 && (unsigned long)slack < patience && prctl(PR_SET_TIMERSLACK, patience) == 0)
    orcast_timer_slack = (unsigned long)slack;
}

// The C library's entry, called by every executable's _start; this definition comes before the library's own.
// In an executor the program takes the place of Go's main, in the same context as a native main. Giving
// the library an init function keeps it from running this executable's constructors: LLVM's are of no use to
// the program, which would have to run their destructors too.
int __libc_start_main(main_function main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end) {
  start_function start = (start_function)dlsym(RTLD_NEXT, "__libc_start_main");
  const char *parent = getenv(ORCAST_ENVIRONMENT);
  orcast_argc = argc;
  orcast_argv = argv;
  if (!parent) {
    be_patient();
    return start(main, argc, argv, init, fini, rtld_fini, stack_end);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != atoi(parent))
    _exit(125);
  unsetenv(ORCAST_ENVIRONMENT);
  map_region(ORCAST_REGION_FD);
  close(ORCAST_REGION_FD);
  return start(execute, argc, argv, no_constructors, fini, rtld_fini, stack_end);
}
