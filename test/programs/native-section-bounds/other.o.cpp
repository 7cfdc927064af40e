extern "C" int part_handler(int);
extern "C" __attribute__((section("numbers"), used)) int in_other = 100;
__attribute__((section("only_object"), used)) static const char *const text = "other";
__attribute__((noinline)) static void throws(int x) { if (x) throw x; }
extern "C" __attribute__((section("handlers"), noinline)) int other_handler(int x) {
  try {
    throws(x);
  } catch (int y) {
    return part_handler(y) * 100;
  }
  return 0;
}
