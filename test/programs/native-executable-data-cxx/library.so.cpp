#include "all.h"
const char *LibraryError::what() const noexcept { return "of library"; }
LibraryBase::~LibraryBase() {}
std::string LibraryBase::name() { return "base"; }
void library_throws(int k) {
  if (k == 0)
    throw LibraryError();
  if (k == 1)
    throw std::runtime_error("of library");
  throw std::logic_error("of library");
}
static struct Early {
  Early() { std::cout << "library's constructor" << std::endl; }
} early;
