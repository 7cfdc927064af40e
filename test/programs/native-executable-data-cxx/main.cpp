// Danger: C++ objects compiled for an executable, as g++ does by default, reach std::cout, type information and tables of
// virtual functions of libraries by 32-bit offsets. The stream's copy has to be there before a library's constructor writes.
#include "all.h"
int main() {
  std::cout << "main " << std::endl;
  part_prints();
  for (int k = 0; k < 4; k++) {
    try {
      part_throws(k);
    } catch (const LibraryError &e) {
      std::cout << "library error " << e.what() << "\n";
    } catch (const std::out_of_range &e) {
      std::cout << "out of range " << e.what() << "\n";
    } catch (const std::exception &e) {
      std::cout << "exception " << e.what() << " " << (typeid(e) == typeid(std::runtime_error)) << "\n";
    }
  }
  std::cout << part_catches() << " " << (std::cout.tie() == nullptr) << (std::cin.tie() == &std::cout) << "\n";
  Derived d;
  std::cout << d.name() << (dynamic_cast<LibraryBase *>(static_cast<LibraryBase *>(&d)) != nullptr) << "\n";
  return 0;
}
