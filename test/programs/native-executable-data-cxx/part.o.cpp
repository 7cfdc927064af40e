// compiler: gcc
// own-cflags: -O1 -std=c++17 -fPIE
#include "all.h"
static struct Early {
  Early() { std::cout << "part's constructor\n"; }
} early;
std::string Derived::name() { return "derived from " + LibraryBase::name(); }
void part_prints() {
  std::cout << "part " << 42 << ' ' << 1.5 << std::endl;
  LibraryBase b;
  std::cerr << b.name() << " " << (typeid(b) == typeid(LibraryBase)) << std::endl;
}
void part_throws(int k) {
  if (k == 0)
    throw LibraryError();
  if (k == 1)
    throw std::out_of_range("of part");
  if (k == 2)
    throw std::runtime_error("of part");
  library_throws(k);
}
int part_catches() {
  int caught = 0;
  for (int k = 0; k < 3; k++) {
    try {
      library_throws(k);
    } catch (const LibraryError &) {
      caught += 1;
    } catch (const std::runtime_error &) {
      caught += 10;
    } catch (const std::exception &) {
      caught += 100;
    }
  }
  return caught;
}
