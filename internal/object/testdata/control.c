// Jump tables, tables of labels, and constants in sections that linkers merge.
int choose(int n) {
  switch (n) {
  case 0: return 7;
  case 1: return n * 3;
  case 2: return n - 90;
  case 3: return n ^ 0x55;
  case 4: return 1000 / n;
  case 5: return -n;
  case 6: return n << 5;
  case 7: return 1;
  default: return -1;
  }
}

int compute(int n) {
  static const void *const labels[] = {&&add, &&twice, &&less, &&done};
  static const unsigned char programs[3][4] = {{0, 1, 2, 3}, {1, 1, 0, 3}, {2, 1, 3, 3}};
  const unsigned char *at = programs[(unsigned)n % 3];
  goto *labels[*at++];
add:
  n += 5;
  goto *labels[*at++];
twice:
  n *= 2;
  goto *labels[*at++];
less:
  n -= 3;
  goto *labels[*at++];
done:
  return n;
}

const char *word(int n) {
  static const char *const words[] = {"nought", "one", "two", "three", "ought"};
  return (unsigned)n < 5 ? words[n] : "many";
}

double scale(double x) { return x > 0 ? x * 0.1 + 2.5 : x / 3.7; }
