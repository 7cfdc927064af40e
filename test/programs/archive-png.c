// Danger: static libraries that need one another and longjmp out of an error.
// archives: libpng16.a libz.a
// native-ldflags: -lm
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static unsigned char file[100000];
static size_t written, at;
static void put(png_structp p, png_bytep data, size_t n) { memcpy(file + written, data, n), written += n; }
static void flush(png_structp p) {}
static void get(png_structp p, png_bytep data, size_t n) {
  if (at + n > written)
    png_error(p, "end of file");
  memcpy(data, file + at, n), at += n;
}
static int read_back(void) {
  png_structp p = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(p);
  at = 0;
  if (setjmp(png_jmpbuf(p))) {
    png_destroy_read_struct(&p, &info, NULL);
    return -1;
  }
  png_set_read_fn(p, NULL, get);
  png_read_png(p, info, PNG_TRANSFORM_EXPAND, NULL);
  int sum = 0;
  png_bytepp rows = png_get_rows(p, info);
  for (unsigned y = 0; y < png_get_image_height(p, info); y++)
    for (unsigned x = 0; x < 3 * png_get_image_width(p, info); x++)
      sum = sum * 31 + rows[y][x];
  png_destroy_read_struct(&p, &info, NULL);
  return sum & 0xffffff;
}
int main(void) {
  png_structp p = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(p);
  if (setjmp(png_jmpbuf(p)))
    return 1;
  png_set_write_fn(p, NULL, put, flush);
  png_set_IHDR(p, info, 40, 30, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, 0, 0);
  unsigned char image[30][120], *rows[30];
  for (int y = 0; y < 30; y++) {
    rows[y] = image[y];
    for (int x = 0; x < 120; x++)
      image[y][x] = (unsigned char)(x * y);
  }
  png_set_rows(p, info, rows);
  png_write_png(p, info, 0, NULL);
  png_destroy_write_struct(&p, &info);
  printf("%zu %d\n", written, read_back());
  written /= 2;
  printf("%d\n", read_back());
  return 0;
}
