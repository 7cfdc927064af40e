// Danger: data of libc and libstdc++ used directly: stdin, environ, optarg, timezone, sys_nerr's kind, and addresses of
// them in initialisers.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static FILE **const streams[] = {&stdin, &stdout, &stderr};
static int *const index_of_options = &optind;
static long *zone = &timezone;

int main(void) {
  fprintf(*streams[1], "%d\n", *index_of_options);
  optind = 7;
  fprintf(*streams[1], "%d\n", *index_of_options);
  setvbuf(stdout, 0, _IONBF, 0);
  putenv("TZ=UTC-3");
  tzset();
  fprintf(*streams[1], "%ld %s\n", *zone, tzname[0]);
  fprintf(*streams[2], "%d\n", environ != 0);
  return feof(*streams[0]);
}
