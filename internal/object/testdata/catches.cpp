// Catches what throws.cpp throws.
struct Error { int code; };
void thrower(int);

static int inner(int n) {
  try {
    thrower(n);
    return 0;
  } catch (const Error &e) {
    return e.code;
  }
}

int catches(int n) {
  try {
    return inner(n);
  } catch (int i) {
    return i * 1000;
  } catch (...) {
    return -1;
  }
}
