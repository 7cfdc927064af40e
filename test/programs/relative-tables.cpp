// Danger: tables of 32-bit differences between functions or data and the table (relative vtables): what they refer to
// must be near.
// cflags: -O2 -fexperimental-relative-c++-abi-vtables -fno-rtti
#include <cstdio>

struct Shape {
  virtual int area(int) const = 0;
  virtual const char *name() const { return "shape"; }
};
struct Square : Shape {
  int area(int x) const override { return x * x; }
  const char *name() const override { return "square"; }
};
struct Line : Shape {
  int area(int) const override { return 0; }
};
__attribute__((noinline)) static const Shape *pick(int i) {
  static Square square;
  static Line line;
  return i ? static_cast<const Shape *>(&square) : &line;
}
int main(int argc, char **) {
  for (int i = 0; i < 2; i++)
    printf("%s %d\n", pick(i)->name(), pick(i)->area(argc + 2));
}
