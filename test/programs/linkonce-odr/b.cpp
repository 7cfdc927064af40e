#include "shared.h"

Base *make_base() { return new Base; }
Base *make_derived() { return new Derived; }
int bump() {
  inline_variable += 100;
  return counter() += 100;
}
int *address_of_counter() { return &counter(); }
int (*address_of_twice())(int) { return &twice<int>; }
int twice_in_b(int x) { return twice(x); }
const std::type_info &derived_type() { return typeid(Derived); }
