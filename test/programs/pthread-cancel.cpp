// Danger: cancellation unwinds (forced) through compiled frames, running destructors and catch (...).
// native-ldflags: -pthread
#include <cstdio>
#include <pthread.h>
#include <unistd.h>

struct Speaker {
  const char *name;
  ~Speaker() { printf("~%s\n", name); }
};
static int ends[2];
__attribute__((noinline)) static void waits() {
  Speaker s{"waits"};
  char c;
  read(ends[0], &c, 1);
  puts("never");
}
static void *thread(void *) {
  Speaker s{"thread"};
  try {
    waits();
  } catch (...) {
    puts("caught the cancellation");
    throw;
  }
  return nullptr;
}
int main() {
  if (pipe(ends) != 0)
    return 1;
  pthread_t t;
  pthread_create(&t, nullptr, thread, nullptr);
  pthread_cancel(t);
  void *result;
  pthread_join(t, &result);
  printf("%d\n", result == PTHREAD_CANCELED);
}
