int chosen(int), part_sum(int);
int (*address_in_other(void))(int) { return chosen; }
int other(int x) { return chosen(x) + 100 * part_sum(x); }
