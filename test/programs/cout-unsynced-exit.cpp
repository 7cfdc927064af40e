// Danger: the same, ended by exit in a static object's destructor's neighbourhood: output of destructors comes last.
#include <cstdlib>
#include <iostream>

struct Speaker {
  ~Speaker() { std::cout << "destructor\n"; }
} speaker;

int main() {
  std::ios_base::sync_with_stdio(false);
  std::cout << "before exit\n";
  std::exit(4);
}
