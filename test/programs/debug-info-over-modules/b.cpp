#include <string>
#include <vector>

struct Item {
  std::string name;
  int value;
};
int total(const std::vector<Item> &items) {
  int sum = 0;
  for (const auto &item : items) {
    if (item.name.empty())
      throw std::string("empty name");
    sum += item.value * (int)item.name.size();
  }
  return sum;
}
