// Danger: an exception that nobody catches ends in terminate: its message on standard error, and SIGABRT.
#include <cstdio>
#include <stdexcept>

struct Speaker {
  ~Speaker() { puts("not run"); }
};
__attribute__((noinline)) static void thrower(int x) {
  Speaker s;
  if (x > 0)
    throw std::runtime_error("nobody catches me");
}
int main(int argc, char **) { thrower(argc); }
