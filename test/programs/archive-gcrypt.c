// Danger: a static library with constructors, thread-locals or assembly for several processors.
// archives: libgcrypt.a libgpg-error.a
#include <gcrypt.h>
#include <stdio.h>
int main(void) {
  gcry_check_version(NULL);
  gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
  gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
  unsigned char digest[64], block[64] = "0123456789abcdef";
  gcry_md_hash_buffer(GCRY_MD_SHA512, digest, "text", 4);
  for (int i = 0; i < 64; i++)
    printf("%02x", digest[i]);
  gcry_cipher_hd_t c;
  gcry_cipher_open(&c, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, 0);
  gcry_cipher_setkey(c, digest, 32);
  gcry_cipher_setiv(c, digest + 32, 16);
  printf("\n%d ", (int)gcry_cipher_encrypt(c, block, sizeof block, NULL, 0));
  for (int i = 0; i < 64; i++)
    printf("%02x", block[i]);
  gcry_cipher_close(c);
  gcry_mpi_t p = NULL;
  puts(gcry_strerror(gcry_mpi_scan(&p, GCRYMPI_FMT_HEX, "zz", 0, NULL)));
  return 0;
}
