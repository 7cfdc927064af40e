#include <cstdio>

struct Step {
  const char *name;
  Step(const char *n) : name(n) { printf("+%s\n", n); }
  ~Step() { printf("-%s\n", name); }
};
inline Step shared_inline("inline of both");
template <typename T> struct Holder {
  static Step step;
};
template <typename T> Step Holder<T>::step("template static");
__attribute__((init_priority(400))) static Step early("b early");
static Step one("b1");
int from_b() { return Holder<int>::step.name[0]; }
