// How a process of this binary begins. One that was started as "orcast run" makes the compiler from itself and becomes
// the program: whoever started it has the program as its child, with the number, the signals, the limits, the
// descriptors and the place in the terminal's jobs that it was given.
//
// The compiler is made when the dynamic linker has set up the C library for both and before anything else has run: Go's
// runtime and LLVM's constructors run in the compiler alone.

#include "executor.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int (*main_function)(int, char **, char **);
typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

unsigned long orcast_timer_slack;
struct orcast_waiting orcast_waiting = {-1, -1, -1, -1};

extern const char orcast_command __attribute__((weak)); // of package command

static void no_constructors(void) {}

extern void (*const __init_array_start[])(int, char **, char **) __attribute__((visibility("hidden")));
extern void (*const __init_array_end[])(int, char **, char **) __attribute__((visibility("hidden")));
static int constructors_left; // written before main

// Package llvm calls this once, before any of LLVM's code runs.
void orcast_run_constructors(void) {
  if (!constructors_left)
    return;
  for (void (*const *f)(int, char **, char **) = __init_array_start; f < __init_array_end; f++)
    (*f)(orcast_argc, orcast_argv, environ);
}

// fork for a child of which neither wait(2) nor a signal tells.
static pid_t fork_unseen(void) {
  int *tid = NULL; // where the C library keeps the thread's number; older kernels, and some, do not tell
  void *robust;
  size_t size;
  prctl(PR_GET_TID_ADDRESS, &tid);
  long listed = syscall(SYS_get_robust_list, 0, &robust, &size);
  pid_t child = (pid_t)syscall(SYS_clone, tid ? CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID : 0, NULL, NULL, tid, 0);
  if (child == 0 && listed == 0)
    syscall(SYS_set_robust_list, robust, size);
  return child;
}

// Makes a process that is no child of this one: its parent is another child, which ends at once and of which no signal
// tells. To the first process of a namespace every orphan comes as a child that wait(2) sees, so there it has to be a
// child that wait does not see unless it is asked for such.
static pid_t make_process(void) {
  int cares = 0, status = 0; // for orphans
  if (getpid() == 1)
    return fork_unseen();
  prctl(PR_GET_CHILD_SUBREAPER, &cares);
  if (cares)
    prctl(PR_SET_CHILD_SUBREAPER, 0);
  pid_t child = fork_unseen();
  if (child == 0) {
    pid_t orphan = fork();
    if (orphan != 0)
      _exit(orphan < 0 ? errno : 0);
    return 0;
  }
  while (child > 0 && waitpid(child, &status, __WCLONE) < 0 && errno == EINTR)
    ;
  if (cares)
    prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
    errno = WEXITSTATUS(status);
    return -1;
  }
  return child;
}

static int *inherited; // descriptors, -1 at the end

static void note_descriptors(void) {
  DIR *list = opendir("/proc/self/fd");
  int n = 0, room = 16;
  inherited = malloc((size_t)room * sizeof *inherited);
  for (struct dirent *e; list && inherited && (e = readdir(list));) {
    int fd = atoi(e->d_name);
    if (fd < 3 || fd == dirfd(list) || fd == orcast_waiting.socket || fd == orcast_waiting.said ||
        fd == orcast_waiting.error || fd == orcast_waiting.pid_fd)
      continue;
    inherited[n++] = fd;
    if (n == room)
      inherited = realloc(inherited, (size_t)(room *= 2) * sizeof *inherited);
  }
  if (inherited)
    inherited[n] = -1;
  if (list)
    closedir(list);
}

void orcast_let_go(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  int said = memfd_create("orcast-said", MFD_CLOEXEC);
  dup2(said, 2);
  close(orcast_waiting.said);
  orcast_waiting.said = said;
  for (int fd = 0; fd < 2; fd++)
    if (null < 0 || dup2(null, fd) < 0)
      close(fd);
  close(null);
  close(orcast_waiting.error);
  for (int *fd = inherited; fd && *fd >= 0; fd++)
    close(*fd);
  if (chdir("/")) // where it is kept in use, that cannot be helped
    return;
}

// Go's monitor of its scheduler wakes up every 20 us as long as cgo calls of more than that come one after the other,
// which is all that compile threads do. On two cores that takes some of their time. It has no other knob than the slack
// of its sleeps (prctl(2), PR_SET_TIMERSLACK), which threads inherit: nothing here needs finer timers.
static void be_patient(void) {
  const unsigned long patience = 2000000; // ns
  int slack = prctl(PR_GET_TIMERSLACK);
  if (&orcast_command && slack > 0 && (unsigned long)slack < patience && prctl(PR_SET_TIMERSLACK, patience) == 0)
    orcast_timer_slack = (unsigned long)slack;
}

// Go's runtime asks for memory through this (runtime/cgo/mmap.go). Its heap grows by multiples of 4 MiB, at fixed
// addresses, and a compiler soon writes all of that: to have its pages at once costs much less than a page fault for
// each of them, where those are dear, as in virtual machines. What is larger than any buffer for a usual input may stay
// empty for long. Only this executable's own code, which is static, sees this definition.
__attribute__((visibility("hidden"))) void *mmap(void *address, size_t size, int protection, int flags, int fd,
                                                 off_t offset) {
  const size_t growth = 4 << 20, large = 64 << 20;
  if (orcast_waiting.socket >= 0 && size % growth == 0 && size < large && protection == (PROT_READ | PROT_WRITE) &&
      flags == (MAP_ANONYMOUS | MAP_PRIVATE | MAP_FIXED))
    flags |= MAP_POPULATE;
  return (void *)syscall(SYS_mmap, address, size, protection, flags, fd, offset);
}

// The limits that the caller gave the program are not the compiler's, as far as it is allowed to have others. Files and
// descriptors it has for itself alone; what bounds memory it leaves where it is.
static void lift_limits(void) {
  static const int some[] = {RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_CPU, RLIMIT_STACK};
  for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
    struct rlimit l, most = {RLIM_INFINITY, RLIM_INFINITY};
    if (getrlimit(some[i], &l) || l.rlim_cur == RLIM_INFINITY)
      continue;
    if (some[i] == RLIMIT_NOFILE)
      most.rlim_cur = most.rlim_max = 65536;
    l.rlim_cur = l.rlim_max;
    if (l.rlim_max >= most.rlim_max || setrlimit(some[i], &most))
      setrlimit(some[i], &l);
  }
}

// Signals that somebody sends to all processes of a session, a service or a user are meant for the program, which ends
// the compiler by ending. What comes through is what Go's runtime needs itself, and a few that it always takes (package
// command ignores those).
static void block_signals(void) {
  static const int needed[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGTRAP, SIGABRT,
                               SIGSYS,  SIGURG, SIGCHLD, SIGPIPE, SIGPROF};
  sigset_t blocked;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    sigdelset(&blocked, needed[i]);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  signal(SIGRTMIN, SIG_IGN); // which Go never blocks and does not handle
}

static void *pass(void *gate) {
  pthread_mutex_lock(gate);
  pthread_mutex_unlock(gate);
  return NULL;
}

// Whether this process can have enough threads. Go's runtime ends it when it cannot have one more, which may be in the
// middle of the program.
static int may_have_threads(void) {
  enum { ENOUGH = 32 };
  pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  pthread_t threads[ENOUGH];
  int n = 0;
  pthread_mutex_lock(&gate);
  while (n < ENOUGH && pthread_create(&threads[n], NULL, pass, &gate) == 0)
    n++;
  pthread_mutex_unlock(&gate);
  for (int i = 0; i < n; i++)
    pthread_join(threads[i], NULL);
  return n == ENOUGH;
}

static void refuse(const char *why) {
  const struct {
    struct orcast_message header;
    uint64_t status;
  } leave = {{ORCAST_EXIT, sizeof leave.status}, ORCAST_FAILURE};
  dprintf(2, "orcast: %s\n", why);
  _exit(send(orcast_waiting.socket, &leave, sizeof leave, MSG_NOSIGNAL) < 0);
}

// Limits that are too low for the compiler to say later that they are.
static void check_own_limits(void) {
  const rlim_t few = 4096;
  struct rlimit l;
  if (getrlimit(RLIMIT_FSIZE, &l) == 0 && l.rlim_cur < 65536)
    refuse("program and compiler share memory as a file, and files may have next to nothing here: "
           "raise the limit (ulimit -f)");
  if (getrlimit(RLIMIT_NPROC, &l) == 0 && l.rlim_cur < few && !may_have_threads())
    refuse("the compiler cannot have the threads that it needs: raise the limit of processes (ulimit -u)");
}

static void become_compiler(void) {
  setsid();
  prctl(PR_SET_NAME, "orcast compiler");
  note_descriptors();
  lift_limits();
  check_own_limits();
  block_signals();
  orcast_waiting.error = fcntl(2, F_DUPFD_CLOEXEC, orcast_waiting.socket);
  if (dup2(orcast_waiting.said, 2) < 0)
    _exit(ORCAST_FAILURE);
}

// Returns 1 in the program's process and 0 in the compiler's.
static int part(void) {
  int sockets[2];
  int pid_fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
    orcast_fail("making a socket");
  int said = memfd_create("orcast-said", MFD_CLOEXEC);
  if (said < 0)
    orcast_fail("making shared memory");
  orcast_waiting.said = orcast_move_descriptor(said);
  orcast_waiting.pid_fd = pid_fd < 0 ? -1 : orcast_move_descriptor(pid_fd);
  orcast_socket = orcast_move_descriptor(sockets[0]);
  orcast_waiting.socket = orcast_move_descriptor(sockets[1]);
  pid_t child = make_process();
  if (child < 0)
    orcast_fail("making a process for the compiler");
  if (child == 0) {
    close(orcast_socket);
    become_compiler();
    return 0;
  }
  close(orcast_waiting.socket);
  close(orcast_waiting.pid_fd);
  return 1;
}

// A child of a host that calls Run.
static void follow(int host) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != host)
    _exit(ORCAST_FAILURE);
  unsetenv(ORCAST_ENVIRONMENT);
  orcast_socket = orcast_move_descriptor(ORCAST_SOCKET_FD);
}

// Go's runtime needs so much to begin, and shows a trace of its own where a limit leaves it less. Where a process waits
// to become a program, that one says what became of the compiler.
static void check_limits(void) {
  static const struct {
    int resource;
    rlim_t least;
    const char *flag;
  } needs[] = {{RLIMIT_AS, 1 << 30, "-v"}, {RLIMIT_DATA, 192 << 20, "-d"}};
  for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
    struct rlimit l;
    if (getrlimit(needs[i].resource, &l) == 0 && l.rlim_cur < needs[i].least) {
      unsigned long long kilobytes = (unsigned long long)needs[i].least >> 10;
      dprintf(2, "orcast: it needs a limit of at least %llu kB: ulimit %s %llu\n", kilobytes, needs[i].flag, kilobytes);
      _exit(ORCAST_FAILURE);
    }
  }
}

// What a process that starts itself again tells itself: the descriptors of the socket and of what the compiler says,
// and the value of GLIBC_TUNABLES after a sign that there was one.
#define ORCAST_AGAIN "ORCAST_AGAIN"

static void keep_descriptor(int fd, int keep) {
  if (fd >= 0)
    fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

void orcast_restart(uint64_t bytes) {
  const char *tunables = getenv("GLIBC_TUNABLES");
  char *more, *again;
  if (asprintf(&more, "%s%sglibc.rtld.optional_static_tls=%llu", tunables ? tunables : "",
               tunables && *tunables ? ":" : "", (unsigned long long)bytes) < 0 ||
      asprintf(&again, "%d %d %s%s", orcast_socket, orcast_waiting.said, tunables ? "=" : "",
               tunables ? tunables : "") < 0 ||
      setenv("GLIBC_TUNABLES", more, 1) || setenv(ORCAST_AGAIN, again, 1))
    orcast_fail("memory");
  keep_descriptor(orcast_socket, 1);
  keep_descriptor(orcast_waiting.said, 1);
  execv("/proc/self/exe", orcast_argv);
  orcast_fail("starting it again with more room for thread-local storage");
}

// The process that orcast_restart has started again.
static void resume(const char *again) {
  char *rest;
  orcast_socket = (int)strtol(again, &rest, 10);
  orcast_waiting.said = (int)strtol(rest, &rest, 10);
  keep_descriptor(orcast_socket, 0);
  keep_descriptor(orcast_waiting.said, 0);
  if (*rest && rest[1] == '=')
    setenv("GLIBC_TUNABLES", rest + 2, 1);
  else
    unsetenv("GLIBC_TUNABLES");
  unsetenv(ORCAST_AGAIN);
  if (orcast_waiting.said >= 0)
    on_exit(orcast_leave, NULL);
}

// The C library's entry, called by every executable's _start; this definition comes before the library's own. In an
// executor the program takes the place of Go's main, in the same context as a native main. (A constructor would not do:
// the C library prepares the main thread for pthread_exit and cancellation just before it calls main.) Giving the
// library an init function keeps it from running this executable's constructors: LLVM's are of no use to the program,
// which would have to run their destructors too. The command's are LLVM's alone, some 300 page faults, and wait until
// something is compiled with it; those of a host that embeds Orcast run as everywhere.
int __libc_start_main(main_function main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end) {
  start_function start = (start_function)dlsym(RTLD_NEXT, "__libc_start_main");
  const char *host = getenv(ORCAST_ENVIRONMENT), *again = getenv(ORCAST_AGAIN);
  orcast_argc = argc;
  orcast_argv = argv;
  if (again) {
    resume(again);
  } else if (host) {
    follow(atoi(host));
  } else if (&orcast_command && argc > 1 && strcmp(argv[1], "run") == 0 && part()) {
    on_exit(orcast_leave, NULL);
    orcast_note_command(argc, argv);
  } else {
    if (&orcast_command && orcast_waiting.socket < 0)
      check_limits();
    be_patient();
    constructors_left = &orcast_command != NULL;
    return start(main, argc, argv, &orcast_command ? no_constructors : init, fini, rtld_fini, stack_end);
  }
  return start(orcast_execute, argc, argv, no_constructors, fini, rtld_fini, stack_end);
}
