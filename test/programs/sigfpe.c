// Danger: an integer division by zero kills by SIGFPE.
volatile int zero;
int main(void) {
  int quotient = 1, rest;
  __asm__ volatile("cltd; idivl %2" : "+a"(quotient), "=&d"(rest) : "r"(zero));
  return quotient;
}
