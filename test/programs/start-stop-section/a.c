// Danger: __start_ and __stop_ symbols bound a section to which several modules contribute; weak ones of a section that
// nobody has are null. Registries of tests, modules and commands are made this way.
#include <stdio.h>
#include <string.h>

struct entry {
  const char *name;
  int (*function)(int);
};
#define REGISTER(n) \
  static int n(int x); \
  static const struct entry entry_##n __attribute__((section("registry"), used, retain)) = {#n, n}; \
  static int n(int x)

REGISTER(one) { return x + 1; }
REGISTER(two) { return x + 2; }
static int values[] __attribute__((section("numbers"), used)) = {1, 2, 3};

extern const struct entry __start_registry[], __stop_registry[];
extern int __start_numbers[], __stop_numbers[];
extern char __start_nobody[] __attribute__((weak)), __stop_nobody[] __attribute__((weak));
long b_counts(void);

int main(int argc, char **argv) {
  printf("%ld %ld\n", (long)(__stop_registry - __start_registry), b_counts());
  for (const struct entry *e = __start_registry; e < __stop_registry; e++)
    printf("%s %d\n", e->name, e->function(argc));
  int sum = 0;
  __start_numbers[0] += 10;
  for (int *n = __start_numbers; n < __stop_numbers; n++)
    sum += *n;
  printf("%d\n", sum);
  printf("%d\n", __start_nobody == 0 && __stop_nobody == 0);
  return 0;
}
