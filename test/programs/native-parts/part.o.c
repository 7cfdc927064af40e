#include <stdio.h>

int called_by_native(int);
extern int data_for_native;
int native_data = 1;
int (*table[])(int) = {called_by_native};
__attribute__((constructor)) static void construct(void) { native_data += 10; }
__attribute__((destructor)) static void destruct(void) { puts("destructor of the object"); }
int native_calls(int x) { return called_by_native(x) + table[0](x) + data_for_native; }
