// Danger: waiting for code makes system calls: errno and h_errno must be as before the first call.
#include <errno.h>
#include <netdb.h>
#include <stdio.h>

#define FRESH __attribute__((noinline, optnone))
FRESH static int one(void) { return errno; }
FRESH static int two(void) { return errno; }
FRESH static int three(void) { return h_errno; }

int main(void) {
  errno = 0;
  printf("%d\n", one());
  errno = 77;
  int seen = two();
  printf("%d %d\n", seen, errno);
  h_errno = 3;
  printf("%d\n", three());
  return 0;
}
