// Danger: std::cout with its own buffer is flushed by a destructor in libstdc++ when the program ends, by return here.
#include <iostream>

int main() {
  std::ios_base::sync_with_stdio(false);
  std::cout << "buffered by iostream, no newline";
  std::clog << "log";
  return 2;
}
