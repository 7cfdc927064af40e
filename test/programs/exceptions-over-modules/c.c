int call_through_c(void (*f)(int), int x) {
  f(x);
  return x;
}
