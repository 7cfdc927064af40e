#include <stdexcept>
#include <string>

struct Failure : std::runtime_error {
  int code;
  Failure(int c, const std::string &what) : std::runtime_error(what), code(c) {}
};
struct Trace {
  const char *name;
  explicit Trace(const char *n) : name(n) {}
  ~Trace();
};
void thrower(int kind);
extern "C" int call_through_c(void (*f)(int), int x);
