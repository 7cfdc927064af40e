// Danger: the program replaces operator new and delete: its own calls, and those of templates compiled into it, must
// come to these.
// cflags: -O2
// cflags: -O0
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <vector>

static int news, deletes, aligned;
void *operator new(std::size_t size) {
  news++;
  void *p = std::malloc(size);
  if (!p)
    throw std::bad_alloc();
  return p;
}
void operator delete(void *p) noexcept {
  deletes++;
  std::free(p);
}
void operator delete(void *p, std::size_t) noexcept {
  deletes++;
  std::free(p);
}
void *operator new(std::size_t size, std::align_val_t alignment) {
  aligned++;
  return std::aligned_alloc((std::size_t)alignment, size);
}
void operator delete(void *p, std::size_t, std::align_val_t) noexcept { std::free(p); }
struct alignas(128) Wide {
  char text[128];
};

int main() {
  {
    std::vector<int> v(100);
    std::map<int, int> m{{1, 2}, {3, 4}};
    auto p = std::make_unique<long>(5);
    auto s = std::make_shared<long>(6);
    Wide *w = new Wide;
    delete w;
    printf("%d\n", (int)(v.size() + m.size() + *p + *s));
  }
  printf("%d %d %d\n", news, deletes, aligned);
}
