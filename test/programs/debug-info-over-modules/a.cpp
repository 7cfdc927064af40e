// Danger: debug information of C++ over two modules, with exceptions and types shared by both.
// cflags: -O2 -g
#include <cstdio>
#include <string>
#include <vector>

struct Item {
  std::string name;
  int value;
};
int total(const std::vector<Item> &items);

int main() {
  std::vector<Item> items{{"a", 1}, {"bb", 2}};
  try {
    printf("%d\n", total(items));
    items.push_back({"", 0});
    printf("%d\n", total(items));
  } catch (const std::string &s) {
    printf("caught %s\n", s.c_str());
  }
}
