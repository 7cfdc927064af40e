#include <cstdio>
#include <stdexcept>

struct Shared : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void library_throws(int x) {
  if (x > 0)
    throw Shared("from the library");
}
void library_calls(void (*f)(int), int x) {
  try {
    f(x);
  } catch (const Shared &e) {
    printf("library caught %s\n", e.what());
    throw;
  }
}
