// Danger: clang::musttail between C++ functions and through member pointers, as interpreters use it.
#include <cstdio>

struct Machine;
using Operation = long (*)(Machine *, const unsigned char *, long);
struct Machine {
  Operation table[4];
};
#define DISPATCH(machine, code, value) [[clang::musttail]] return machine->table[*code](machine, code, value)

static long add(Machine *m, const unsigned char *code, long value) {
  value += code[1];
  code += 2;
  DISPATCH(m, code, value);
}
static long multiply(Machine *m, const unsigned char *code, long value) {
  value = value * code[1] % 1000003;
  code += 2;
  DISPATCH(m, code, value);
}
static long loop(Machine *m, const unsigned char *code, long value) {
  static long rounds = 0;
  code = rounds++ < 1000000 ? code - code[1] : code + 2;
  DISPATCH(m, code, value);
}
static long stop(Machine *, const unsigned char *, long value) { return value; }

int main() {
  Machine machine = {{add, multiply, loop, stop}};
  const unsigned char code[] = {0, 7, 1, 3, 2, 4, 3};
  printf("%ld\n", machine.table[code[0]](&machine, code, 1));
}
