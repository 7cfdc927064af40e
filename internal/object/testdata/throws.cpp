// Throws, and destroys something on the way. There are no templates or inline functions, which would be in groups.
extern "C" int puts(const char *);
struct Error { int code; };
struct Guard {
  const char *name;
  ~Guard();
};
Guard::~Guard() { puts(name); }

void thrower(int n) {
  Guard g{"leaving"};
  if (n == 1) throw Error{n + 10};
  if (n == 2) throw n;
  if (n == 3) throw "text";
}
