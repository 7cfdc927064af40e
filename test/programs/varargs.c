// Danger: variadic functions of the program, called first with registers and stack full; va_list handed on, copied;
// variadic libc functions through pointers.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct pair { int a; double b; };
__attribute__((noinline)) static void consume(char *out, size_t n, const char *kinds, va_list list) {
  for (; *kinds; kinds++) {
    size_t used = strlen(out);
    switch (*kinds) {
    case 'i': snprintf(out + used, n - used, "%d ", va_arg(list, int)); break;
    case 'l': snprintf(out + used, n - used, "%lld ", va_arg(list, long long)); break;
    case 'd': snprintf(out + used, n - used, "%g ", va_arg(list, double)); break;
    case 'L': snprintf(out + used, n - used, "%Lg ", va_arg(list, long double)); break;
    case 's': snprintf(out + used, n - used, "%s ", va_arg(list, const char *)); break;
    case 'p': {
      struct pair p = va_arg(list, struct pair);
      snprintf(out + used, n - used, "{%d %g} ", p.a, p.b);
    }
    }
  }
}
__attribute__((noinline)) static void show(const char *kinds, ...) {
  char once[300] = "", twice[300] = "";
  va_list list, copy;
  va_start(list, kinds);
  va_copy(copy, list);
  consume(once, sizeof once, kinds, list);
  consume(twice, sizeof twice, kinds, copy);
  va_end(copy);
  va_end(list);
  printf("%s%d\n", once, strcmp(once, twice));
}
int main(void) {
  show("ildLs", 1, 2LL, 3.5, 4.5L, "five");
  show("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  show("dddddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.);
  show("pdpip", (struct pair){1, 1.5}, 2., (struct pair){3, 3.5}, 4, (struct pair){5, 5.5});
  int (*print)(const char *, ...) = printf;
  print("%d %g\n", 1, 2.5);
  return 0;
}
