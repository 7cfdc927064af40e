#include <typeinfo>

// Everything here is linkonce_odr in each module: one address, one static, one guard, one vtable for all.
inline int inline_variable = 10;

inline int &counter() {
  static int count = []() { return 5; }();
  return count;
}

template <typename T> __attribute__((noinline)) T twice(T x) {
  static int calls = 0;
  return x + x + ++calls;
}

struct Base {
  virtual ~Base() {}
  virtual const char *name() const { return "base"; }
};

struct Derived : Base {
  const char *name() const override { return "derived"; }
};

Base *make_base();
Base *make_derived();
int bump();
int *address_of_counter();
int (*address_of_twice())(int);
int twice_in_b(int x);
const std::type_info &derived_type();
