// Danger: getopt's variables live in libc and are used by both sides; its messages name the program.
// args: -a -b value --long=3 --wrong -c rest of -a it
#include <getopt.h>
#include <stdio.h>

int main(int argc, char **argv) {
  static const struct option options[] = {{"long", required_argument, 0, 'l'}, {0}};
  int c;
  while ((c = getopt_long(argc, argv, "ab:", options, 0)) != -1)
    printf("%c %s %d\n", c, optarg ? optarg : "-", optind);
  while (optind < argc)
    puts(argv[optind++]);
  return 0;
}
