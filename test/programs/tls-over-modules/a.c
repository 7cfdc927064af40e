// Danger: a thread-local of one module used in another, with every TLS model, weak ones, and the address of one
// handed to another thread.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>

extern _Thread_local int shared;
extern _Thread_local int hidden __attribute__((visibility("hidden")));
extern _Thread_local int initial __attribute__((tls_model("initial-exec")));
_Thread_local int local_exec __attribute__((tls_model("local-exec"))) = 4;
static _Thread_local int local_dynamic __attribute__((tls_model("local-dynamic"))) = 5;
_Thread_local int weak_one __attribute__((weak)) = 6;

int sum_in_b(void);
int *address_in_b(void);

static void *thread(void *of_main) {
  static int result;
  shared += 1000;
  *(int *)of_main += 1;
  result = sum_in_b() + local_exec + local_dynamic + (of_main != &shared) + (address_in_b() == &shared);
  return &result;
}

int main(void) {
  shared++;
  hidden++;
  initial++;
  pthread_t t;
  void *result;
  pthread_create(&t, 0, thread, &shared);
  pthread_join(t, &result);
  printf("%d\n", *(int *)result);
  printf("%d %d %d\n", sum_in_b(), local_exec + local_dynamic + weak_one, address_in_b() == &shared);
  return 0;
}
