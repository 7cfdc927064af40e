// Danger: thread-local variables whose initial values are addresses: of functions, of data, of another module's
// library; each new thread must get them relocated.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static int one(int x) { return x + 1; }
int two(int x) { return x + 2; }
static int variable = 5;

static _Thread_local int (*function)(int) = one;
_Thread_local int (*table[2])(int) = {two, one};
_Thread_local int *pointer = &variable;
_Thread_local const char *text = "text" + 1;
_Thread_local size_t (*library)(const char *) = strlen;

__attribute__((noinline)) static int sum(void) {
  return function(10) + table[0](100) + table[1](1000) + *pointer + (int)library(text);
}
static void *thread(void *result) {
  *(int *)result = sum();
  function = two;
  text = "changed";
  return 0;
}
int main(void) {
  for (int i = 0; i < 2; i++) {
    pthread_t t;
    int result;
    pthread_create(&t, 0, thread, &result);
    pthread_join(t, 0);
    printf("%d\n", result);
  }
  printf("%d\n", sum());
  return 0;
}
