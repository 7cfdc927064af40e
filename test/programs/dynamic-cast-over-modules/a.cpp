// Danger: RTTI over modules: casts across and to virtual bases, typeid of objects made elsewhere, construction vtables,
// bad_cast.
// cflags: -O2
// cflags: -O0
#include "shared.h"
#include <cstdio>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>

int main() {
  std::unordered_map<std::type_index, const char *> names{{typeid(A), "A"}, {typeid(C), "C"}, {typeid(D), "D"}};
  for (int kind = 0; kind < 3; kind++) {
    A *a = make(kind);
    B *b = dynamic_cast<B *>(a);
    C *c = dynamic_cast<C *>(a);
    D *d = b ? dynamic_cast<D *>(b) : nullptr;
    printf("%s %d %d %d %d\n", names[typeid(*a)], b ? b->b() : 0, c != nullptr, d ? d->d : 0, c && dynamic_cast<void *>(a) == dynamic_cast<void *>(b));
    try {
      printf("%d\n", dynamic_cast<D &>(*a).a);
    } catch (const std::bad_cast &e) {
      printf("%s\n", e.what());
    }
    delete a;
  }
}
