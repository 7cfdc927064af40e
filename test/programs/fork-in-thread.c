// Danger: a second thread forks while others make first calls; the child makes first calls with that thread's stack.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned sink;
#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { \
    sink = n; \
    return x * 13 + n; \
  }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define FIFTY(F) TEN(F, 1) TEN(F, 2) TEN(F, 3) TEN(F, 4) TEN(F, 5)
#define ENTRY(n) f##n,
FIFTY(BODY)
static unsigned (*const table[])(unsigned) = {FIFTY(ENTRY)};

__attribute__((noinline)) static unsigned all(unsigned from) {
  unsigned sum = 0;
  for (unsigned j = 0; j < 50; j++)
    sum += table[(j + from) % 50]((j + from) % 50);
  return sum;
}
static void *caller(void *result) {
  *(unsigned *)result = all(25);
  return 0;
}
static void *forker(void *result) {
  int matching = 0;
  for (int i = 0; i < 5; i++) {
    pid_t child = fork();
    if (child == 0)
      _exit(all(i * 10) % 251);
    int status;
    waitpid(child, &status, 0);
    matching += WIFEXITED(status) && WEXITSTATUS(status) == (int)(all(0) % 251);
  }
  *(int *)result = matching;
  return 0;
}

int main(void) {
  pthread_t threads[2];
  unsigned sum;
  int matching;
  pthread_create(&threads[0], 0, caller, &sum);
  pthread_create(&threads[1], 0, forker, &matching);
  pthread_join(threads[0], 0);
  pthread_join(threads[1], 0);
  printf("%u %d\n", sum, matching);
  return 0;
}
