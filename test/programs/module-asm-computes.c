// Danger: module assembly computes symbols from variables of IR: into the middle, from others, of static, weak and
// zero-filled ones, sizes; and lays tables of them.
#include <stdio.h>

struct { int a, b, c; } whole = {1, 2, 3};
static int hidden[4] __attribute__((used)) = {10, 20, 30, 40};
__attribute__((weak)) int weak[3] = {7, 8, 9};
int zero[4], large[1 << 20];
__asm__(".globl second, third, fourth, last, in_zero, in_large, chained, number, text_size, table\n"
        ".set second, whole+4\n"
        "third = whole + 8\n"
        ".equ fourth, hidden+12\n"
        ".set last, weak + 8\n"
        ".equiv in_zero, zero+4\n"
        ".set in_large, large + 4\n"
        ".set chained, second+4\n"
        ".set same, whole\n"
        ".set number, 12\n"
        ".data\n"
        "text: .ascii \"hello\"\n"
        ".set text_size, . - text\n"
        ".balign 8\n"
        "table: .quad whole, second, third\n"
        ".text\n");
extern int second, third, fourth, last, in_zero, in_large, chained, same, *table[];
extern char number[], text_size[];

int main(void) {
  zero[1] = 77;
  large[1] = 78;
  second++;
  printf("%d %d %d %d %d %d %d %d\n", second, third, fourth, last, in_zero, in_large, chained, same);
  printf("%ld %ld\n", (long)number, (long)text_size);
  printf("%d %d %d\n", *table[0], *table[1], *table[2]);
  printf("%d %d\n", &second == &whole.b, &fourth == &hidden[3]);
  return 0;
}
