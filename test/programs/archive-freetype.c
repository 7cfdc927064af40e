// Danger: a large static library of tables of functions, with others that it needs.
// archives: libfreetype.a libpng16.a libz.a libbrotlidec.a libbrotlicommon.a
// cflags: -O2 -I/usr/include/freetype2
// native-ldflags: -lm
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_MODULE_H
#include FT_OUTLINE_H
#include FT_STROKER_H
#include <stdio.h>
int main(void) {
  FT_Library l;
  int major, minor, patch;
  printf("%d\n", FT_Init_FreeType(&l));
  FT_Library_Version(l, &major, &minor, &patch);
  printf("%d.%d.%d %d %d\n", major, minor, patch, FT_Get_Module(l, "truetype") != NULL, FT_Get_Module(l, "none") != NULL);
  FT_Face face;
  printf("%d\n", FT_New_Memory_Face(l, (const FT_Byte *)"nothing of a font", 17, 0, &face));
  FT_Outline o;
  FT_Outline_New(l, 4, 1, &o);
  FT_Vector points[] = {{0, 0}, {640, 0}, {640, 640}, {0, 640}};
  for (int i = 0; i < 4; i++)
    o.points[i] = points[i], o.tags[i] = 1;
  o.contours[0] = 3;
  unsigned char pixels[12 * 12] = {0};
  FT_Bitmap b = {.rows = 12, .width = 12, .pitch = 12, .buffer = pixels, .num_grays = 256, .pixel_mode = FT_PIXEL_MODE_GRAY};
  printf("%d", FT_Outline_Get_Bitmap(l, &o, &b));
  for (int i = 0, sum = 0; i < 144; i++)
    if (sum += pixels[i], i == 143)
      printf(" %d\n", sum);
  FT_Outline_Done(l, &o);
  return FT_Done_FreeType(l);
}
