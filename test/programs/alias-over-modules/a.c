// Danger: an alias defined in one module and used in another; a weak alias that a strong function replaces; an
// alias of data seen through both names; an alias whose target is otherwise unused and internal.
#include <stdio.h>

int public_name(int);
extern int value, other_name;
int replaced(void);
int call_replaced(void);

int main(void) {
  printf("%d %d %d\n", public_name(3), replaced(), call_replaced());
  value = 5;
  printf("%d %d\n", other_name, &value == &other_name);
  return 0;
}
