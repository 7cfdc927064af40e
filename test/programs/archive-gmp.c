// Danger: a static library with much assembly.
// archives: libgmp.a
#include <gmp.h>
#include <stdio.h>
int main(void) {
  mpz_t a, b, c;
  mpz_inits(a, b, c, NULL);
  mpz_fac_ui(a, 300);
  mpz_fib_ui(b, 1000);
  mpz_mul(c, a, b);
  gmp_printf("%Zd\n", c);
  mpz_mod_ui(c, c, 1000003);
  mpz_ui_pow_ui(a, 3, 1000);
  mpz_powm(b, b, a, c);
  gmp_printf("%Zd %d\n", b, (int)mpz_sizeinbase(a, 2));
  mpz_sqrt(c, a);
  gmp_printf("%Zx %d\n", c, mpz_probab_prime_p(c, 20));
  mpz_clears(a, b, c, NULL);
  return 0;
}
