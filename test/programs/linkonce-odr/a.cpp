// Danger: inline functions, templates, their statics and guards, vtables and typeinfos are in several modules
// (linkonce_odr in comdats) and must be one; dynamic_cast and typeid compare over modules.
// cflags: -O2
// cflags: -O0
#include "shared.h"
#include <cstdio>

int main() {
  counter() += 1;
  bump();
  inline_variable += 1;
  printf("%d %d\n", counter(), inline_variable);
  printf("%d %d\n", &counter() == address_of_counter(), &twice<int> == address_of_twice());
  int a = twice(10), b = twice_in_b(10), c = twice(10);
  printf("%d %d %d\n", a, b, c);
  Base *base = make_base(), *derived = make_derived();
  printf("%s %s\n", base->name(), derived->name());
  printf("%d %d\n", dynamic_cast<Derived *>(base) != nullptr, dynamic_cast<Derived *>(derived) != nullptr);
  printf("%d %d\n", typeid(*derived) == derived_type(), typeid(*base) == derived_type());
  delete base;
  delete derived;
  return 0;
}
