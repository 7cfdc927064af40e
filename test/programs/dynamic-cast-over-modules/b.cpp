#include "shared.h"

A::~A() {}
B::~B() {}
int C::b() const { return 3; }
A *make(int kind) {
  switch (kind) {
  case 0:
    return new A;
  case 1:
    return new C;
  default:
    return new D;
  }
}
