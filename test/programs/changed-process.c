// Danger: a program changes its directory, session, umask, signal mask, limits and dumpability; first calls go on.
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRESH __attribute__((noinline, optnone))
FRESH static int one(int x) { return x + 1; }
FRESH static int two(int x) { return x + 2; }
FRESH static int three(int x) { return x + 3; }
FRESH static int four(int x) { return x + 4; }

int main(int argc, char **argv) {
  chdir("/");
  umask(0777);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, 0);
  printf("%d\n", one(argc));
  struct rlimit none = {3, 3};
  setrlimit(RLIMIT_NOFILE, &none);
  printf("%d\n", two(argc));
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_NAME, "renamed");
  printf("%d\n", three(argc));
  struct rlimit small = {0, 0};
  setrlimit(RLIMIT_FSIZE, &small);
  setrlimit(RLIMIT_NPROC, &small);
  int result = four(argc);
  return printf("%d\n", result) != 2;
}
