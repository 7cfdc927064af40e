static int resolved;
static int twice(int x) { return 2 * x; }
static int negative(int x) { return -x; }
static int (*choose(void))(int) { resolved = 1; return twice; }
static int (*choose_local(void))(int) { return negative; }
int chosen(int x) __attribute__((ifunc("choose")));
static int local(int x) __attribute__((ifunc("choose_local")));
static int (*const table[])(int) = {local, chosen};
int (*address_in_part(void))(int) { return chosen; }
int part_sum(int x) { return local(x) + table[0](x) + table[1](x) + chosen(x); }
int count_of_resolver(void) { return resolved; }
