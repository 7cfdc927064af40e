// Danger: a thread with the smallest stack makes first calls: waiting for code must cost little stack.
// native-ldflags: -pthread
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <stdio.h>

__attribute__((noinline)) static int leaf(int x) { return x * 3; }
__attribute__((noinline)) static int middle(int x) {
  volatile char some[256];
  some[x & 255] = 1;
  return leaf(x) + some[x & 255];
}
static void *thread(void *result) {
  *(int *)result = middle(*(int *)result);
  return 0;
}
int main(void) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN) != 0)
    return 1;
  pthread_t t;
  int result = 7;
  if (pthread_create(&t, &attributes, thread, &result) != 0)
    return 2;
  pthread_join(t, 0);
  printf("%d\n", result);
  return 0;
}
