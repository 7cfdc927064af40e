// Danger: exceptions cross between the program and a shared library in both directions, and the class's typeinfo,
// which both have, is the same class.
#include <cstdio>
#include <stdexcept>

struct Shared : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void library_throws(int);
void library_calls(void (*)(int), int);

static void program_throws(int x) {
  if (x > 0)
    throw Shared("from the program");
}
int main() {
  try {
    library_throws(1);
  } catch (const Shared &e) {
    printf("%s\n", e.what());
  }
  try {
    library_calls(program_throws, 1);
  } catch (const Shared &e) {
    printf("%s\n", e.what());
  }
}
