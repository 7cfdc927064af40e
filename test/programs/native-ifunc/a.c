// Danger: functions of native objects whose address a resolver chooses: global and local ones, called and named from the
// object, another object, a module and from data.
// cflags: -O2
// cflags: -O0 -fPIE
// cflags: -O2 -fno-plt
#include <stdio.h>
int chosen(int), other(int);
int (*address_in_part(void))(int);
int (*address_in_other(void))(int);
int (*in_data)(int) = chosen;
int count_of_resolver(void);
__attribute__((constructor)) static void construct(void) { printf("constructor %d\n", chosen(1)); }
int main(void) {
  printf("%d %d %d\n", chosen(2), other(3), in_data(4));
  printf("%d %d %d\n", address_in_part()(5), address_in_other() == chosen, in_data == chosen);
  printf("%d\n", count_of_resolver());
  return 0;
}
