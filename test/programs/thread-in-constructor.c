// Danger: a thread begun by a constructor makes first calls while other constructors and main do.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>

#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { return x * 29 + n; }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define ENTRY(n) f##n,
TEN(BODY, 1) TEN(BODY, 2) TEN(BODY, 3)
static unsigned (*const volatile table[])(unsigned) = {TEN(ENTRY, 1) TEN(ENTRY, 2) TEN(ENTRY, 3)};
static pthread_t t;
static unsigned of_thread, of_constructor;

__attribute__((noinline)) static unsigned sum(int from) {
  unsigned s = 0;
  for (int i = 0; i < 30; i++)
    s += table[(i + from) % 30](7);
  return s;
}
static void *thread(void *unused) {
  of_thread = sum(0);
  return 0;
}
__attribute__((constructor(101))) static void start(void) { pthread_create(&t, 0, thread, 0); }
__attribute__((constructor(102))) static void meanwhile(void) { of_constructor = sum(15); }
int main(void) {
  unsigned of_main = sum(5);
  pthread_join(t, 0);
  printf("%d %d %u\n", of_main == of_thread, of_main == of_constructor, of_main);
  return 0;
}
