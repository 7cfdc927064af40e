// Danger: noexcept stops an exception and calls the program's terminate handler, which is a first call.
#include <cstdio>
#include <cstdlib>
#include <exception>

static void handler() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (int i) {
    printf("terminate for %d\n", i);
  }
  exit(8);
}
__attribute__((noinline)) static void thrower() { throw 3; }
__attribute__((noinline)) static void guarded() noexcept { thrower(); }
int main() {
  std::set_terminate(handler);
  guarded();
}
