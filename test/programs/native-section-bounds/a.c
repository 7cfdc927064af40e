// Danger: sections that the program walks from __start_ to __stop_, of native objects and modules, with variables and with
// functions: objects' parts lie together, and exceptions pass through functions there.
// cflags: -O2
// cflags: -O2 -ffunction-sections -fdata-sections
#include <stdio.h>
extern int __start_numbers[], __stop_numbers[];
extern char __start_handlers[], __stop_handlers[];
extern const char *const __start_only_object[], *const __stop_only_object[];
__attribute__((section("numbers"), used)) int in_module = 1;
int part_handler(int), other_handler(int);
int ranges(void);
int walk(void (*f)(void));
int main(void) {
  int sum = 0, count = 0;
  for (int *n = __start_numbers; n < __stop_numbers; n++)
    sum += *n, count++;
  printf("%d %d\n", count, sum);
  for (const char *const *s = __start_only_object; s < __stop_only_object; s++)
    puts(*s);
  printf("%d %d\n", part_handler(1), other_handler(2));
  printf("%d\n", ranges());
  return 0;
}
