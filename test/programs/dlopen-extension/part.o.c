int part_value = 3;
int part_double(int x) { return 2 * x; }
