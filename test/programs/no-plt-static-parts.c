// Danger: calls through the offset table of what static libraries hold natively and lies far below the program's code:
// atexit, at_quick_exit, pthread_atfork, dlsym, atomics of 128 bits, the call in the sequence for thread-locals.
// cflags: -O0 -fPIC -fno-plt
// cflags: -O2 -fPIC -fno-plt
// native-ldflags: -latomic -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

__thread int counter;
_Atomic __int128 wide = 40;
static int forks;
static void bye(void) { puts("bye"); }
static void quick(void) { fputs("quick\n", stderr); }
static void prepare(void) { forks++; }
__attribute__((noinline)) int next(void) { return ++counter; }
__attribute__((noinline)) int handler(void (*f)(void)) { return atexit(f); } // a jump, with -O2

int main(void) {
  int a = next();
  printf("%d %d\n", a, next());
  wide += 2;
  __int128 expected = 42;
  int swapped = atomic_compare_exchange_strong(&wide, &expected, 7);
  printf("%d %d\n", swapped, (int)wide);
  printf("%d %d %d\n", handler(bye), at_quick_exit(quick), pthread_atfork(prepare, 0, 0));
  int (*found)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "puts");
  found("found");
  fflush(stdout);
  pid_t child = fork();
  if (child == 0)
    quick_exit(forks);
  int status;
  waitpid(child, &status, 0);
  printf("%d\n", WEXITSTATUS(status));
  return 0;
}
