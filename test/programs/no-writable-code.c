// Danger: memory that is writable and executable at once, in the program or in the process that compiles for it.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int writable_code(const char *path) {
  char line[512];
  int count = 0;
  FILE *maps = fopen(path, "r");
  if (!maps)
    return 0;
  while (fgets(line, sizeof line, maps))
    count += strstr(line, " rwx") != 0;
  fclose(maps);
  return count;
}

int main(void) {
  char parent[64];
  snprintf(parent, sizeof parent, "/proc/%d/maps", getppid());
  printf("%d %d\n", writable_code("/proc/self/maps"), writable_code(parent));
  return 0;
}
