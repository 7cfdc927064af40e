// Danger: natively libstdc++.so's own calls of operator new come to the program's replacement too; memory made by one
// and released by the other would break (this one puts a header before each block).
#include <cstdio>
#include <cstdlib>
#include <new>
#include <sstream>
#include <string>

static int balance, total;
void *operator new(std::size_t size) {
  balance++;
  total++;
  auto *p = static_cast<std::size_t *>(std::malloc(size + 16));
  p[0] = 0x12345678;
  return p + 2;
}
void operator delete(void *p) noexcept {
  if (!p)
    return;
  auto *block = static_cast<std::size_t *>(p) - 2;
  if (block[0] != 0x12345678) {
    std::fputs("a block that is not ours\n", stderr);
    std::_Exit(1);
  }
  balance--;
  std::free(block);
}
void operator delete(void *p, std::size_t) noexcept { operator delete(p); }

int main(int argc, char **) {
  {
    // The members of std::string and stringbuf are instantiated in libstdc++.so.
    std::string s(100 * argc, 'x');
    s += std::string(1000 * argc, 'y');
    std::ostringstream out;
    out << s << s;
    std::string copy = out.str();
    printf("%zu\n", copy.size());
  }
  printf("%d %d\n", balance, total > 3);
}
