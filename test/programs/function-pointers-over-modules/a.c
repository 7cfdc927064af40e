// Danger: a function has one address: in code, in data, in other modules, in shared libraries, before and after it was
// compiled; so have functions of libc. Recursion goes through pointers.
#include <stdio.h>
#include <string.h>

typedef int (*function)(int);
int first(int);
function b_first(void), b_second(void);
int (*b_puts(void))(const char *);
int b_compare(function, function);
int second(int x) { return x < 2 ? x : b_first()(x - 1) + 1; }
function volatile in_data[] = {first, second};
int library_same(function);
void library_set(function);

int main(void) {
  function before = first;
  int result = first(10);
  printf("%d %d %d\n", result, before == first, in_data[0] == before);
  printf("%d %d %d\n", b_first() == first, b_second() == in_data[1], b_compare(first, second));
  printf("%d\n", b_puts() == puts);
  library_set(second);
  printf("%d %d\n", library_same(second), library_same(first));
  const char *order = first < second ? "<" : ">";
  printf("%d\n", strcmp(order, b_compare(second, first) & 2 ? "<" : ">") == 0);
  return 0;
}
