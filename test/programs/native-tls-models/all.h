extern __thread int in_module, in_part, in_other, in_library;
extern __thread long zero_in_module, zero_in_part;
extern int shared;
long part(int), other(int), library(int);
int part_pointers(void), other_pointers(void);
