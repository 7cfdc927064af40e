// Danger: static objects are made in the order of definition within a module and of modules given, init_priority first,
// inline and template statics once, and destroyed the other way round; local statics by guard, also recursively.
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

static Step one("a1");
static Step two("a2");
__attribute__((init_priority(500))) static Step early("a early");
static int computed = (puts("computed"), 5);
int &lazy() {
  static Step s("lazy");
  static int value = computed + 1;
  return value;
}
int from_b();
int main() {
  (void)&Holder<int>::step;
  printf("%d %d\n", lazy(), from_b());
}
