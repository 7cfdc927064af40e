#include "executor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef int (*main_function)(int, char **, char **);

static struct orcast_header *region; // the program's
static pid_t program;                // this process, once it is the program and has to say when it leaves

int orcast_argc;
char **orcast_argv = (char *[]){NULL};
int orcast_socket = -1;

_Noreturn void orcast_fail(const char *what) {
  dprintf(2, "orcast: the program's process cannot start: %s: %s\n", what, strerror(errno));
  _exit(ORCAST_FAILURE);
}

// Copies what the compiler has said since the last time to standard error.
static void pass_on(void) {
  static off_t told;
  char text[4096];
  ssize_t n;
  while (orcast_waiting.said >= 0 && (n = pread(orcast_waiting.said, text, sizeof text, told)) > 0) {
    for (ssize_t at = 0, w; at < n && (w = write(2, text + at, (size_t)(n - at))) > 0;)
      at += w;
    told += n;
  }
}

// Says why the compiler has ended: Go's runtime and libraries begin what they say last with one of these words. What
// follows, traces of its threads, helps nobody who wants to run a program.
static _Noreturn void tell_of_a_crash(void) {
  static const char *const openings[] = {"LLVM crashed",  "LLVM ERROR: ", "runtime: ", "runtime/cgo: ",
                                         "fatal error: ", "panic: ",      "SIG",       "terminate called"};
  char text[4096], *line = "";
  ssize_t n = pread(orcast_waiting.said, text, sizeof text - 1, 0);
  text[n > 0 ? n : 0] = 0;
  if (getenv("GOTRACEBACK"))
    pass_on();
  for (char *p = strtok(text, "\n"); p && !*line; p = strtok(NULL, "\n"))
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
      if (strncmp(p, openings[i], strlen(openings[i])) == 0)
        line = p;
  dprintf(2,
          "orcast: the compiler's process ended before the program began%s%s "
          "(a limit may be too low: ulimit -a shows them)\n",
          *line ? ": " : "", line);
  _exit(ORCAST_FAILURE);
}

static _Noreturn void end_without_compiler(void) {
  if (orcast_waiting.said >= 0)
    tell_of_a_crash();
  _exit(ORCAST_FAILURE); // The host has ended, or says itself what is wrong.
}

// Receives n bytes, and into *passed a descriptor that comes with them.
static void receive(void *to, size_t n, int *passed) {
  for (char *p = to; n > 0;) {
    union {
      struct cmsghdr header;
      char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {p, n};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t r = recvmsg(orcast_socket, &m, MSG_CMSG_CLOEXEC);
    if (r < 0 && errno == EINTR)
      continue;
    if (r <= 0)
      end_without_compiler();
    if (m.msg_flags & MSG_CTRUNC) {
      errno = EMFILE;
      orcast_fail("receiving memory from the compiler");
    }
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
      memcpy(passed, CMSG_DATA(c), sizeof *passed);
    p += r, n -= (size_t)r;
  }
}

static void send_all(const void *from, size_t n) {
  for (const char *p = from; n > 0;) {
    ssize_t r = send(orcast_socket, p, n, MSG_NOSIGNAL);
    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      end_without_compiler();
    p += r, n -= (size_t)r;
  }
}

int orcast_move_descriptor(int fd) {
  struct rlimit limit;
  int least = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 260 ? (int)limit.rlim_cur * 3 / 4 : 200;
  int high = fcntl(fd, F_DUPFD_CLOEXEC, least);
  if (high < 0)
    return fd; // where there is room for few, it has to stay until the program begins
  close(fd);
  return high;
}

// Another one with each call: the C library knows libraries by what they were called.
static char *path_of(int fd, char path[64]) {
  static int calls;
  snprintf(path, 64, "%.*s/proc/self/fd/%d", calls++ % 16, "////////////////", fd);
  return path;
}

// Maps the region from an open file of its own, locked (flock(2)) for as long as any process has it mapped: by that the
// compiler knows whether anybody does, whatever descriptors the program closes.
static void map_region(int fd) {
  char path[64];
  struct orcast_header h;
  int own = open(path_of(fd, path), O_RDWR | O_CLOEXEC);
  if (own < 0 || flock(own, LOCK_SH))
    orcast_fail("opening the shared memory again by /proc");
  close(fd);
  if (pread(own, &h, sizeof h, 0) != sizeof h || h.magic != ORCAST_MAGIC) {
    errno = EINVAL;
    orcast_fail("reading the shared memory");
  }
  if (!(region = orcast_map(&h, own, 0)))
    orcast_fail("mapping the shared memory");
  close(own);
}

static void take_arguments(uint64_t n, char *name) {
  if (n >= (uint64_t)orcast_argc)
    n = (uint64_t)orcast_argc - 1;
  char **list = calloc(n + 2, sizeof *list);
  if (!list || !(list[0] = strdup(name)))
    orcast_fail("memory");
  memcpy(list + 1, orcast_argv + orcast_argc - n, n * sizeof *list);
  orcast_argc = (int)n + 1;
  orcast_argv = list;
  const char *slash = strrchr(name, '/');
  program_invocation_name = list[0];
  program_invocation_short_name = list[0] + (slash ? slash + 1 - name : 0);
  prctl(PR_SET_NAME, program_invocation_short_name);
}

static void prepare(int fd, char *bytes) {
  if (fd < 0) {
    errno = EBADF;
    orcast_fail("receiving the shared memory");
  }
  map_region(orcast_move_descriptor(fd));
  uint64_t n;
  memcpy(&n, bytes, sizeof n);
  take_arguments(n, bytes + sizeof n);
}

static void answer(uint32_t kind, char *bytes, uint32_t length, int fd) {
  char path[64];
  if (fd >= 0)
    fd = orcast_move_descriptor(fd);
  struct orcast_bytes a = orcast_answer(region, kind, fd < 0 ? NULL : path_of(fd, path), bytes, length);
  if (fd >= 0)
    close(fd);
  struct orcast_message m = {0, (uint32_t)a.length};
  send_all(&m, sizeof m);
  send_all(a.bytes, a.length);
  free(a.bytes);
}

// From here on this process is the program's. It keeps no descriptor of ours.
static _Noreturn void begin(const uint64_t *words) {
  close(orcast_socket);
  if (orcast_waiting.said >= 0) {
    pass_on();
    close(orcast_waiting.said);
    program = getpid();
  }
  orcast_begin(region, words, orcast_argc, orcast_argv); // words live on
  exit(((main_function)*words)(orcast_argc, orcast_argv, environ));
}

int orcast_execute(int argc, char **argv, char **envp) {
  orcast_fork_unbinding();
  for (;;) {
    struct orcast_message m;
    int fd = -1;
    receive(&m, sizeof m, &fd);
    char *bytes = malloc((size_t)m.length + 1);
    if (!bytes)
      orcast_fail("memory");
    receive(bytes, m.length, &fd);
    bytes[m.length] = 0;
    switch (m.kind) {
    case ORCAST_PREPARE:
      prepare(fd, bytes);
      break;
    case ORCAST_RESTART:
      orcast_restart(*(const uint64_t *)bytes);
    case ORCAST_INTERPOSE:
      orcast_interpose(bytes, m.length);
      break;
    case ORCAST_RUN:
      begin((const uint64_t *)bytes);
    case ORCAST_EXIT:
      pass_on();
      _exit((int)*(const uint64_t *)bytes);
    default:
      answer(m.kind, bytes, m.length, fd);
    }
    free(bytes);
  }
}

// on_exit(3) has this called after all that the program and its libraries have registered, but not in other processes
// that the program forks: those have nothing to wait for.
void orcast_leave(int status, void *unused) {
  if (!program || getpid() != program || !orcast_served(region))
    return;
  fcloseall(); // what exit does next, and the compiler is to speak after the program
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) == 0)
    region->peak = (uint64_t)usage.ru_maxrss << 10;
  region->status = (uint32_t)status & 0xff;
  __atomic_store_n(&region->farewell, ORCAST_LEAVING, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, &region->farewell, FUTEX_WAKE, 1, NULL, NULL, 0);
  if (!orcast_wait(region, &region->farewell, ORCAST_LEAVING))
    return;
  signal(SIGPIPE, SIG_IGN);
  const char *words = (const char *)region->last_words;
  if (words && write(2, words, strlen(words)) < 0)
    return;
  if (region->status != ((uint32_t)status & 0xff))
    _exit((int)region->status);
}
