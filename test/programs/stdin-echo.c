// Danger: the program reads its own standard input, to the end and no byte less.
// stdin: first line
// stdin: second line
// stdin: 3 4.5 word
#include <stdio.h>

int main(void) {
  char line[100], word[20];
  int n;
  double x;
  for (int i = 0; i < 2; i++)
    if (fgets(line, sizeof line, stdin))
      printf("> %s", line);
  printf("%d ", scanf("%d %lf %19s", &n, &x, word));
  printf("%d %g %s\n", n, x, word);
  while ((n = getchar()) != EOF)
    printf("%d\n", n);
  return ferror(stdin);
}
